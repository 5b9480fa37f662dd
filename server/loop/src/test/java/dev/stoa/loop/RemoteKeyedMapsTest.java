package dev.stoa.loop;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.dtls.DtlsCertificate;
import dev.stoa.ice.Candidate;
import dev.stoa.ice.IceCredentials;
import dev.stoa.ice.LocalBase;
import dev.stoa.net.Driver;
import dev.stoa.net.DriverOptions;
import dev.stoa.net.RemoteAddress;
import dev.stoa.net.Sockets;
import dev.stoa.sdp.ParseResult;
import dev.stoa.sdp.SessionDescription;
import dev.stoa.sfu.Source;
import dev.stoa.srtp.SrtpCrypto;
import dev.stoa.wire.Datagram;
import dev.stoa.wire.TransportAddress;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the media loop keeps by addresses, names and fragments of others does not grow by what they do (threat rule 5). */
class RemoteKeyedMapsTest {
    private static final int SOCKET = 0;
    private static final long SECOND = 1_000_000_000L;
    /** Of ICE, which keeps a few paths for each participant; the last one is entered before an old one goes. */
    private static final int MAX_PATHS = 17;

    private static final PeerKey ADA = new PeerKey("room", "Ada");
    private static final MediaLoop.Sizes NOTHING = new MediaLoop.Sizes(0, 0, 0, 0);
    private static final DtlsCertificate CERTIFICATE =
            DtlsCertificate.generate(new SecureRandom(), Instant.EPOCH, Duration.ofDays(1));
    private static final LocalBase BASE = LocalBase.udp(TransportAddress.of("198.51.100.1", 7881));

    private final Owners owners = new Owners(2);
    private final Random random = new Random(5);
    private final RemoteAddress remote = new RemoteAddress();
    private final Driver driver;
    private final MediaLoop loop;
    private @Nullable Negotiation negotiation;
    private int offers;

    RemoteKeyedMapsTest() throws IOException {
        driver = new Driver("test", Sockets.best(), DriverOptions.DEFAULT);
        var candidates = List.of(Candidate.host(BASE.address(), Candidate.BEST_LOCAL_PREFERENCE));
        var sockets = new MediaSockets(BASE.address().port(), List.of(SOCKET), Map.of(SOCKET, BASE), candidates);
        var factory = new PeerFactory(
                CERTIFICATE,
                candidates,
                SrtpCrypto.libcryptoOrJdk(),
                _ -> {
                    throw new RejectedExecutionException("no handshakes here");
                },
                random);
        loop = new MediaLoop(new MediaPort.Lane(driver, sockets), owners, factory, random, _ -> {});
    }

    @AfterEach
    void close() {
        loop.closeAll(0);
        driver.close();
    }

    @Test
    void checksFromAnyNumberOfAddressesLeaveFewPaths() {
        var credentials = agree();
        var check = check(credentials, true);
        handle(0, check, 1);
        var probe = check(credentials, false);
        for (int port = 2; port < 10_000; port++) {
            handle(port, probe, port);
            assertTrue(loop.sizes().paths() <= MAX_PATHS, () -> loop.sizes().toString());
            assertEquals(loop.sizes().paths(), owners.paths(), "as the other loops know it");
        }
        assertTrue(peer().hasPath());
    }

    @Test
    void aPathThatIsForgottenIsNotHeard() {
        var credentials = agree();
        handle(0, check(credentials, true), 1);
        for (int port = 2; port < 100; port++) {
            handle(port, check(credentials, false), port);
        }
        var media = TestPackets.camera(1);
        handle(100, media, 2);
        assertEquals(1, loop.counters().get(MediaCounters.Kind.UNVALIDATED));
        assertEquals(0, loop.counters().get(MediaCounters.Kind.EARLY_MEDIA));
        handle(100, media, 99);
        handle(100, media, 1);
        assertEquals(1, loop.counters().get(MediaCounters.Kind.UNVALIDATED));
        assertEquals(2, loop.counters().get(MediaCounters.Kind.EARLY_MEDIA), "the last one and the one in use");
    }

    @Test
    void whoseChecksEndIsNeitherSentAnythingNorHeard() {
        var credentials = agree();
        handle(0, check(credentials, true), 1);
        assertTrue(peer().hasPath());
        loop.handleTimeout(31 * SECOND);
        assertFalse(peer().hasPath());
        handle(31 * SECOND, TestPackets.camera(1), 1);
        assertEquals(1, loop.counters().get(MediaCounters.Kind.UNVALIDATED));
        assertEquals(0, loop.sizes().paths());

        handle(32 * SECOND, check(agree(), true), 1);
        assertTrue(peer().hasPath(), "a restart brings it back");
        assertEquals(1, loop.sizes().paths());
    }

    @Test
    void anyNumberOfRestartsLeavesTwoGenerations() {
        for (int i = 0; i < 1000; i++) {
            agree();
        }
        assertEquals(new MediaLoop.Sizes(1, 1, 0, 2), loop.sizes());
        assertEquals(2, owners.ufrags(), "as the other loops know it");
    }

    @Test
    void whoLeavesLeavesNothing() {
        for (int i = 0; i < 100; i++) {
            handle(i, check(agree(), true), 1000 + i);
            loop.setActive(i, ADA, Set.of(Source.CAMERA));
            loop.leave(i, ADA);
            assertEquals(NOTHING, loop.sizes());
            assertEquals(0, owners.paths() + owners.ufrags(), "as the other loops know it");
        }
    }

    @Test
    void whoLeavesWithoutAnOfferLeavesNothing() {
        loop.setActive(0, ADA, Set.of(Source.CAMERA));
        loop.leave(1, ADA);
        assertEquals(NOTHING, loop.sizes());
    }

    /** Each offer begins a new ICE generation. @return the server's credentials */
    private IceCredentials agree() {
        var text = NegotiationTest.OFFER.replaceAll("a=ice-ufrag:.*", "a=ice-ufrag:ufrag" + ++offers);
        var offer = assertInstanceOf(ParseResult.Parsed.class, SessionDescription.parse(text))
                .description();
        boolean fresh = negotiation == null || loop.peer(ADA) == null;
        var used = fresh ? new Negotiation(offer, CERTIFICATE, List.of(), random) : requireNonNull(negotiation);
        negotiation = used;
        var agreed = assertInstanceOf(Negotiation.Agreed.class, used.answer(offer, SocketPeer.SOURCES));
        loop.agree(0, ADA, agreed, fresh);
        return agreed.credentials();
    }

    private ServerPeer peer() {
        var peer = loop.peer(ADA);
        assertNotNull(peer);
        return peer;
    }

    private static byte[] check(IceCredentials credentials, boolean nominates) {
        return SocketPeer.check(credentials.ufrag(), credentials.pwd(), 1, nominates);
    }

    private void handle(long nowNanos, byte[] bytes, int port) {
        remote.set(TransportAddress.of("203.0.113.1", port));
        loop.handle(nowNanos, SOCKET, remote, Datagram.copyOf(bytes));
    }
}
