package dev.stoa.app;

import dev.stoa.dialects.SignalingOptions;
import dev.stoa.dialects.StoaWebSocket;
import dev.stoa.loop.MediaPort;
import dev.stoa.signaling.MediaEvent;
import dev.stoa.signaling.MediaServer;
import dev.stoa.signaling.Tokens;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A server that runs. {@link #start} returns when everything listens that shall; {@link #close} ends it cleanly and may
 * be called more than once. Both block, so neither belongs on an event loop.
 */
final class StoaServer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(StoaServer.class);

    /** More than the operating system ever needs to bind a socket. */
    static final Duration PATIENCE = Duration.ofSeconds(30);

    private final AtomicBoolean closed = new AtomicBoolean();
    private final Configuration configuration;
    private final InstantSource clock;
    private final ServerState state = new ServerState();
    private final List<String> warnings = new ArrayList<>();
    private final ServerMetrics metrics = new ServerMetrics();
    private final List<InetAddress> network = LocalAddresses.network();
    private final DataDirectory data;
    private final Tokens tokens;
    private final Links links;
    private final Vertx vertx;
    private final Optional<MediaPort> mediaPort;
    private final StoaWebSocket signaling;
    private final Listeners listeners;
    private final ListenAddress address;
    private final TurnSecrets turnSecrets;
    private Optional<SignaledMedia> media = Optional.empty();
    private volatile Optional<TurnService> turn = Optional.empty();

    private StoaServer(Configuration configuration, InstantSource clock) throws UserError {
        this.configuration = configuration;
        this.clock = clock;
        this.data = DataDirectory.open(configuration.get(Keys.DATA_DIR));
        var key = data.tokenKey();
        this.tokens = new Tokens(key, clock);
        this.turnSecrets = new TurnSecrets(configuration, key, clock);
        this.address = ListenAddress.of(configuration.get(Keys.BIND));
        this.links = new Links(
                address,
                configuration.get(Keys.HOST),
                network.stream().map(LocalAddresses::text).toList(),
                state);
        int loops = loops(configuration);
        this.mediaPort = openMedia(address);
        this.vertx = vertx(loops);
        this.signaling = new StoaWebSocket(
                vertx,
                signalingOptions(configuration, loops),
                tokens,
                metrics.registry(),
                mediaPort
                        .<Function<Consumer<MediaEvent>, MediaServer>>map(port -> events -> startMedia(port, events))
                        .orElse(null));
        var access = new Access(configuration.get(Keys.OPEN), tokens);
        var iceServers = new IceServers(state, turnSecrets, key);
        var api =
                new ApiRoutes(access, tokens, links, state, iceServers, configuration.get(Keys.ALLOWED_ORIGINS), clock);
        var routes = new HttpRoutes(state, metrics.registry(), configuration.get(Keys.METRICS_PUBLIC));
        this.listeners = new Listeners(
                vertx,
                loops,
                address,
                configuration.get(Keys.MAX_MESSAGE_BYTES),
                routes.router(vertx, api, new PageRoutes(new PageFiles("web"))),
                signaling,
                channel -> turn.map(service -> service.adopt(channel)).orElse(false));
        log.info(
                "Transport {}, {} event loop{}",
                vertx.isNativeTransportEnabled() ? "epoll" : "NIO",
                loops,
                loops == 1 ? "" : "s");
    }

    private SignaledMedia startMedia(MediaPort port, Consumer<MediaEvent> events) {
        var started = new SignaledMedia(port, events);
        MediaMetrics.bind(started.node(), metrics.registry());
        media = Optional.of(started);
        return started;
    }

    /** Empty when it is off, or its default is taken: calls go from browser to browser then. */
    private Optional<MediaPort> openMedia(ListenAddress listen) throws UserError {
        var port = configuration.get(Keys.MEDIA_PORT);
        if (port.isOff()) {
            return Optional.empty();
        }
        try {
            var hosts = configuration.get(Keys.HOST);
            var opened = MediaPort.open(MediaAddresses.options(port, listen, hosts, mediaLoops(configuration)));
            var own = listen.specific().isPresent() ? List.of(listen.address()) : network;
            MediaAddresses.warning(hosts, own).ifPresent(warnings::add);
            return Optional.of(opened);
        } catch (IOException e) {
            warnIfTaken(Keys.MEDIA_PORT, port, e);
            return Optional.empty();
        }
    }

    static StoaServer start(Configuration configuration, InstantSource clock) throws UserError {
        var ownIdentity = Identities.own(configuration);
        var server = new StoaServer(configuration, clock);
        try {
            server.openAll(ownIdentity);
        } catch (UserError | RuntimeException e) {
            server.close();
            throw e;
        }
        return server;
    }

    ServerState state() {
        return state;
    }

    Links links() {
        return links;
    }

    Tokens tokens() {
        return tokens;
    }

    /** What the operator should know, though the server runs. */
    List<String> warnings() {
        return List.copyOf(warnings);
    }

    /** HTTP first: it makes the server reachable, while certificates may still have to be made. */
    private void openAll(Optional<ServerIdentity> ownIdentity) throws UserError {
        for (var port : configuration.get(Keys.HTTP_PORT)) {
            open(Keys.HTTP_PORT, port, Optional.empty()).ifPresent(state::addHttpPort);
        }
        var httpsPort = configuration.get(Keys.HTTPS_PORT);
        var identities = new Identities(configuration, data, network, clock, ownIdentity);
        if (!httpsPort.isOff()) {
            var identity = identities.get();
            warnIfExpired(identity);
            open(Keys.HTTPS_PORT, httpsPort, Optional.of(identity)).ifPresent(state::setHttpsPort);
        }
        if (state.httpPorts().isEmpty() && state.httpsPort().isEmpty()) {
            throw UserError.runtime(
                    "no port is left to listen on" + (warnings.isEmpty() ? "" : ": " + String.join(" ", warnings)),
                    "choose free ones with --http-port and --https-port; 0 is any free one");
        }
        openTurn(identities);
        identities.localCa().ifPresent(state::setLocalCa);
        warnOfTheRest();
        state.enter(ServerState.Phase.READY);
        metrics.watchJvm();
    }

    private void openTurn(Identities identities) throws UserError {
        var port = configuration.get(Keys.TURN_PORT);
        if (port.isOff()) {
            return;
        }
        try {
            var services = mediaPort.map(MediaPort::addresses).orElse(List.of());
            var options = TurnService.options(configuration, address, turnSecrets.credentials(), services);
            var opened = TurnService.open(vertx, options, address, PATIENCE);
            turn = Optional.of(opened);
            TurnMetrics.bind(opened.node(), metrics.registry());
            openTurns(opened, identities);
            state.setTurn(opened.ports());
        } catch (IOException e) {
            warnIfTaken(Keys.TURN_PORT, port, e);
        }
    }

    /** Where nothing else here speaks TLS, something in front does, and no certificate is made for this alone. */
    private void openTurns(TurnService opened, Identities identities) throws UserError {
        var port = configuration.get(Keys.TURNS_PORT);
        if (port.isOff() || (configuration.isDefault(Keys.TURNS_PORT) && !identities.isThere())) {
            return;
        }
        try {
            opened.openTls(port, address, identities.get(), PATIENCE);
        } catch (IOException e) {
            warnIfTaken(Keys.TURNS_PORT, port, e);
        }
    }

    /** A default port that is taken stays off; all else is an error. */
    private void warnIfTaken(Key<?> key, Port port, IOException cause) throws UserError {
        var problem = BindProblem.of(key, port, configuration.get(Keys.BIND), cause);
        if (!configuration.isDefault(key) || !problem.isTaken()) {
            throw problem.error();
        }
        warnings.add(problem.warning());
    }

    private Optional<Integer> open(Key<?> key, Port port, Optional<ServerIdentity> identity) throws UserError {
        if (port.isOff()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Await.result(listeners.open(new Listeners.Socket(port, identity)), PATIENCE));
        } catch (IOException e) {
            warnIfTaken(key, port, e);
            return Optional.empty();
        }
    }

    private void warnIfExpired(ServerIdentity identity) {
        var end = identity.leaf().getNotAfter().toInstant();
        if (end.isBefore(clock.instant())) {
            warnings.add("The certificate of --tls-cert expired on " + end + ": browsers will refuse it.");
        }
    }

    private void warnOfTheRest() {
        if (configuration.get(Keys.OPEN)) {
            warnings.add("Open to everybody who reaches this machine: no token is needed (--open).");
        }
        Keys.RESERVED_PORTS.forEach((key, what) -> {
            if (!configuration.get(key).isOff()) {
                warnings.add(key.name() + " has no effect: this version has no " + what + " yet; nothing listens.");
            }
        });
    }

    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        state.enter(ServerState.Phase.DRAINING);
        var limit = Duration.ofSeconds(configuration.get(Keys.SHUTDOWN_TIMEOUT_SECONDS));
        var end = System.nanoTime() + limit.toNanos();
        try {
            // Clients first: they are told to come back, which a closed listener could not do.
            Await.result(signaling.shutdown(limit), limit);
            // Some of its connections came in by a listener, which would wait for them.
            turn.ifPresent(TurnService::close);
            Await.result(listeners.shutdown(left(end)), left(end));
            media.ifPresent(SignaledMedia::close);
            Await.result(vertx.close(), left(end));
        } catch (IOException e) {
            log.warn("Not everything ended within {} s: {}", limit.toSeconds(), e.getMessage());
        }
        metrics.close();
    }

    /** At least a moment: what only needs to be told gets its chance even at the end of the time. */
    private static Duration left(long end) {
        return Duration.ofNanos(
                Math.max(end - System.nanoTime(), Duration.ofMillis(200).toNanos()));
    }

    private static SignalingOptions signalingOptions(Configuration configuration, int loops) {
        return new SignalingOptions(
                configuration.get(Keys.MAX_MESSAGE_BYTES),
                configuration.get(Keys.MAX_CONNECTIONS),
                configuration.get(Keys.MAX_ROOMS),
                configuration.get(Keys.MAX_PARTICIPANTS),
                configuration.get(Keys.JOINS_PER_SECOND),
                configuration.get(Keys.JOINS_BURST),
                configuration.get(Keys.MESSAGES_PER_SECOND),
                configuration.get(Keys.MESSAGES_BURST),
                configuration.get(Keys.RESUME_SECONDS),
                configuration.get(Keys.OPEN),
                configuration.get(Keys.ALLOWED_ORIGINS),
                loops);
    }

    private static int loops(Configuration configuration) {
        int wanted = configuration.get(Keys.SIGNALING_LOOPS);
        return wanted > 0 ? wanted : Math.max(1, Runtime.getRuntime().availableProcessors() / 4);
    }

    private static int mediaLoops(Configuration configuration) {
        int wanted = configuration.get(Keys.MEDIA_LOOPS);
        return wanted > 0 ? wanted : Math.max(1, Runtime.getRuntime().availableProcessors() - 1);
    }

    private static Vertx vertx(int loops) {
        var files = new FileSystemOptions().setClassPathResolvingEnabled(false).setFileCachingEnabled(false);
        return Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(loops)
                .setPreferNativeTransport(true)
                .setFileSystemOptions(files));
    }
}
