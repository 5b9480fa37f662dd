package dev.stoa.doctor;

import dev.stoa.stun.StunAttribute;
import dev.stoa.stun.StunMethod;
import dev.stoa.stun.StunWriter;
import dev.stoa.wire.TransportAddress;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;

/**
 * Examines a server from where this program runs.
 *
 * <p>Calling contract: one examination a call; it blocks, for half a minute at worst.
 */
public final class Doctor {
    private static final Duration CLOCKS_AGREE = Duration.ofSeconds(30);
    private static final Path PROC = Path.of("/proc");

    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();

    public Doctor(InstantSource clock) {
        this.clock = clock;
    }

    /** Everything that can be found out about a server. */
    public Report examine(Target target) {
        return examine(target, List.of());
    }

    /** @param expected where the server is configured to listen; only for one on this machine */
    public Report examine(Target target, List<ExpectedPort> expected) {
        var findings = new ArrayList<Finding>();
        if (target.place() == Place.SERVER) {
            findings.addAll(MachineCheck.examine(PROC));
        }
        if (!expected.isEmpty()) {
            findings.add(ExpectedPort.examine(expected));
        }
        try (var web = new Web(target)) {
            var server = web.get("/api/v1/server");
            findings.add(page(target, server));
            server.date().ifPresent(date -> findings.add(clocks(date, clock.instant())));
            certificate(target, server.body()).ifPresent(findings::add);
            var urls = relays(web, findings);
            findings.addAll(calls(web, target, urls));
            findings.addAll(judge(urls));
        } catch (IOException e) {
            findings.add(noPage(target, e));
        }
        return new Report("Stoa at " + target.origin() + ", seen from " + where(target.place()), findings);
    }

    private static String where(Place place) {
        return place == Place.SERVER ? "its own machine" : "here";
    }

    private static Finding page(Target target, Web.Answer server) {
        var version = server.body().getString("version");
        if (version == null) {
            return Finding.failure(
                    "page",
                    "something that is no Stoa answers at " + target.origin(),
                    "check the address and the port");
        }
        boolean isSafe = target.isSecure() || isLoopback(target.host());
        return isSafe
                ? Finding.ok("page", "Stoa " + version)
                : Finding.warning(
                        "page",
                        "Stoa " + version + ", but browsers open no camera on a page by plain http",
                        "open it by https"
                                + httpsPort(server.body())
                                        .map(port -> ", port " + port)
                                        .orElse("") + " (https-port)");
    }

    private static Finding noPage(Target target, IOException e) {
        var what = "no answer from " + target.origin() + ": " + Failures.words(e);
        return target.place() == Place.SERVER
                ? Finding.failure("page", what, "start it with `stoa serve`, or say where it is by --url")
                : Finding.failure(
                        "page",
                        what,
                        "let TCP port " + target.port() + " (" + (target.isSecure() ? "https-port" : "http-port")
                                + ") in; is the server running, and not bound to loopback (bind)?");
    }

    static Finding clocks(Instant server, Instant here) {
        var skew = Duration.between(here, server);
        return skew.abs().compareTo(CLOCKS_AGREE) <= 0
                ? Finding.ok("clock", "the clocks agree")
                : Finding.failure(
                        "clock",
                        "the server's clock is " + skew.abs().toSeconds() + " s "
                                + (skew.isNegative() ? "behind" : "ahead of") + " this one: tokens and relay"
                                + " credentials end at the wrong time",
                        "set both clocks, for example by NTP (timedatectl set-ntp true)");
    }

    private Optional<Finding> certificate(Target target, JsonObject server) {
        if (target.isSecure()) {
            return Optional.of(CertificateCheck.examine(target.host(), target.port(), clock.instant()));
        }
        return httpsPort(server).map(port -> CertificateCheck.examine(target.host(), port, clock.instant()));
    }

    private static Optional<Integer> httpsPort(JsonObject server) {
        return Optional.ofNullable(server.getInteger("httpsPort"));
    }

    private static boolean isLoopback(String host) {
        try {
            return host.equals("localhost") || InetAddress.ofLiteral(host).isLoopbackAddress();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static List<IceUrl> relays(Web web, List<Finding> findings) throws IOException {
        var answer = web.get("/api/v1/ice-servers");
        if (answer.status() == 401) {
            findings.add(Finding.failure(
                    "access",
                    answer.body().getString("message", "a token is needed"),
                    "give the link that the server printed, with its token: `stoa token --url` prints another one"));
            return List.of();
        }
        var urls = IceUrl.of(answer.body());
        if (urls.isEmpty()) {
            findings.add(Finding.warning(
                    "relay",
                    "the server offers neither STUN nor TURN: people behind strict networks reach nobody directly",
                    "give it the ports: --turn-port 3478 --turns-port 5349"));
        }
        return urls;
    }

    private List<Finding> calls(Web web, Target target, List<IceUrl> urls) {
        var stun = urls.stream()
                .filter(url -> url.kind() == IceUrl.Kind.STUN_UDP || url.kind() == IceUrl.Kind.TURN_UDP)
                .findFirst();
        try (var signaling = Signaling.join(web.client(), target, random)) {
            var findings = new ArrayList<Finding>();
            findings.add(Finding.ok("signaling", "joined a room of its own"));
            findings.addAll(new MediaCheck(random).examine(signaling, target, stun));
            return findings;
        } catch (Signaling.Refused e) {
            var fix = e.code().startsWith("token-")
                    ? "give the link that the server printed, with its token: `stoa token --url` prints another one"
                    : "see docs/PROTOCOL.md, " + e.code();
            return List.of(Finding.failure("signaling", "refused: " + e.getMessage(), fix));
        } catch (IOException e) {
            return List.of(Finding.failure(
                    "signaling",
                    "no WebSocket at " + target.webSocket() + ": " + Failures.words(e),
                    "a proxy in front must pass upgrades of WebSocket on"));
        }
    }

    /** Of each kind one address: the first that works, or the last that does not. */
    private List<Finding> judge(List<IceUrl> urls) {
        var findings = new ArrayList<Finding>();
        for (var kind : EnumSet.allOf(IceUrl.Kind.class)) {
            var best = Optional.<Finding>empty();
            for (var url : urls) {
                if (url.kind() == kind
                        && !best.filter(found -> found.verdict() == Verdict.OK).isPresent()) {
                    best = Optional.of(kind == IceUrl.Kind.STUN_UDP ? stun(url) : new RelayCheck(random).examine(url));
                }
            }
            best.ifPresent(findings::add);
        }
        return findings;
    }

    private Finding stun(IceUrl url) {
        var to = new InetSocketAddress(url.host(), url.port());
        try (var socket = new DatagramSocket()) {
            if (to.isUnresolved()) {
                throw new UnknownHostException(url.host());
            }
            var link = StunLink.udp(socket, TransportAddress.of(to));
            var answer = new StunClient(link, random).ask(StunMethod.BINDING, StunWriter::fingerprint);
            var mapped = answer.xorAddress(StunAttribute.XOR_MAPPED_ADDRESS);
            return mapped == null
                    ? Finding.failure(url.kind().check(), url + " answers without an address", RelayCheck.fix(url))
                    : Finding.ok(url.kind().check(), url + " answers; you are seen as " + mapped.host());
        } catch (IOException e) {
            return Finding.failure(url.kind().check(), url + ": " + Failures.words(e), RelayCheck.fix(url));
        }
    }
}
