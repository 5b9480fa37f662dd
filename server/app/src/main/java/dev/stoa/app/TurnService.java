package dev.stoa.app;

import dev.stoa.loop.TurnNode;
import dev.stoa.loop.TurnOptions;
import dev.stoa.turn.Credentials;
import dev.stoa.turn.TurnSettings;
import dev.stoa.wire.TransportAddress;
import io.netty.channel.Channel;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** STUN and TURN with all their ports: UDP and TCP with one number, and TLS. */
final class TurnService implements AutoCloseable {
    private static final int ATTEMPTS = 16;

    private final TurnNode node;
    private final TurnConnections connections;
    private final Optional<Integer> tcpPort;
    private Optional<Integer> tlsPort = Optional.empty();

    private TurnService(TurnNode node, TurnConnections connections, Optional<Integer> tcpPort) {
        this.node = node;
        this.connections = connections;
        this.tcpPort = tcpPort;
    }

    /** What to serve, by the configuration. */
    static TurnOptions options(
            Configuration configuration,
            ListenAddress listen,
            Credentials credentials,
            List<TransportAddress> services) {
        long kilo = 1_000;
        var limits = new TurnSettings.Limits(
                configuration.get(Keys.TURN_MIN_PORT),
                configuration.get(Keys.TURN_MAX_PORT),
                configuration.get(Keys.TURN_MAX_ALLOCATIONS),
                configuration.get(Keys.TURN_MAX_ALLOCATIONS_PER_USER),
                configuration.get(Keys.TURN_MAX_KBPS) * kilo,
                configuration.get(Keys.TURN_MAX_KBPS_PER_USER) * kilo,
                configuration.get(Keys.TURN_MAX_LIFETIME_SECONDS));
        return new TurnOptions(
                configuration.get(Keys.TURN_PORT).number(),
                configuration.get(Keys.TURN_TRANSPORTS).contains("udp"),
                configuration.get(Keys.TURN_TRANSPORTS).contains("tcp"),
                listen.specific().isPresent() ? List.of(TransportAddress.of(listen.address(), 0)) : List.of(),
                MediaAddresses.literal(configuration.get(Keys.HOST)),
                services,
                configuration.get(Keys.TURN_REALM),
                credentials,
                configuration.get(Keys.TURN_ALLOW_PEER),
                configuration.get(Keys.TURN_DENY_PEER),
                limits);
    }

    /** Opens UDP and TCP. @throws IOException when the port is taken, or an address is not this machine's */
    static TurnService open(Vertx vertx, TurnOptions options, ListenAddress listen, Duration patience)
            throws IOException {
        for (int attempt = 1; ; attempt++) {
            var node = TurnNode.open(options);
            var connections = new TurnConnections(vertx, node);
            try {
                if (!options.tcp()) {
                    return new TurnService(node, connections, Optional.empty());
                }
                int port = node.port().orElse(options.port());
                var tcp = connections.open(port, listen.address(), Optional.empty());
                return new TurnService(node, connections, Optional.of(Await.result(tcp, patience)));
            } catch (IOException e) {
                node.close();
                // Any free port: what UDP got may be taken for TCP.
                if (options.port() != 0 || attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    void openTls(Port port, ListenAddress listen, ServerIdentity identity, Duration patience) throws IOException {
        var tls = connections.open(port.number(), listen.address(), Optional.of(identity));
        tlsPort = Optional.of(Await.result(tls, patience));
    }

    /** {@link TurnConnections.Door#enter}. */
    boolean adopt(Channel channel) {
        return connections.adopt(channel);
    }

    TurnPorts ports() {
        return new TurnPorts(node.port(), tcpPort, tlsPort);
    }

    TurnNode node() {
        return node;
    }

    @Override
    public void close() {
        try {
            Await.result(connections.close(), TurnConnections.CLOSING);
        } catch (IOException e) {
            // The process ends, and with it what is open.
        }
        node.close();
    }
}
