package dev.stoa.peer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.sdp.MediaKind;
import dev.stoa.wire.TransportAddress;
import java.io.IOException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** PeerConnections over real sockets. */
class PeerHostTest {
    private static final int SECONDS = 20;

    private final Queue<Throwable> faults = new ConcurrentLinkedQueue<>();

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void aFrameGoesFromOneHostToAnother(String address)
            throws IOException, InterruptedException, ExecutionException, TimeoutException {
        var here = List.of(TransportAddress.of(address, 0));
        var frame = TestFrames.vp8(1, true, 30_000);
        var received = new CompletableFuture<byte[]>();
        var closed = new CompletableFuture<PeerConnectionState>();
        try (var sending = PeerHost.open(here, faults::add);
                var receiving = PeerHost.open(here, faults::add)) {
            var offer = new CompletableFuture<Description>();
            var caller = sending.connect(
                            (now, connection, event) -> {
                                if (event instanceof PeerEvent.ConnectionStateChange(var state)
                                        && state == PeerConnectionState.CONNECTED) {
                                    connection
                                            .transceivers()
                                            .getFirst()
                                            .sender()
                                            .sendFrame(now, frame, 0);
                                }
                            },
                            (now, connection) -> {
                                connection.addTransceiver(
                                        MediaKind.VIDEO, TransceiverInit.sendOnly(MediaKind.VIDEO, "s", "t"));
                                offer.complete(connection.setLocalDescription(now));
                            })
                    .get(SECONDS, TimeUnit.SECONDS);
            var answer = new CompletableFuture<Description>();
            var offered = offer.get(SECONDS, TimeUnit.SECONDS);
            receiving
                    .connect(
                            (now, connection, event) -> {
                                if (event instanceof PeerEvent.Frame came) {
                                    received.complete(came.frame().data());
                                } else if (event instanceof PeerEvent.ConnectionStateChange(var state)
                                        && state == PeerConnectionState.CLOSED) {
                                    closed.complete(state);
                                }
                            },
                            (now, connection) -> {
                                connection.setRemoteDescription(now, offered);
                                answer.complete(connection.setLocalDescription(now));
                            })
                    .get(SECONDS, TimeUnit.SECONDS);
            var answered = answer.get(SECONDS, TimeUnit.SECONDS);
            assertTrue(sending.post(now -> accept(now, caller, answered)));
            assertArrayEquals(frame, received.get(SECONDS, TimeUnit.SECONDS));
            assertTrue(sending.post(now -> caller.close()));
            assertEquals(PeerConnectionState.CLOSED, closed.get(SECONDS, TimeUnit.SECONDS));
        }
        assertTrue(faults.isEmpty(), faults.toString());
    }

    @Test
    void whatGoesWrongAtTheBeginningIsTold() throws IOException {
        try (var host = PeerHost.open(List.of(TransportAddress.of("127.0.0.1", 0)), faults::add)) {
            var failed = host.connect(
                    (now, connection, event) -> {}, (now, connection) -> connection.setLocalDescription(now));
            var why = assertThrows(ExecutionException.class, () -> failed.get(SECONDS, TimeUnit.SECONDS));
            assertInstanceOf(PeerException.class, why.getCause());
        }
    }

    @Test
    void aListenerThatThrowsIsHeardOfAndEndsNothing()
            throws IOException, InterruptedException, ExecutionException, TimeoutException {
        var heard = new CompletableFuture<Throwable>();
        try (var host = PeerHost.open(List.of(TransportAddress.of("127.0.0.1", 0)), heard::complete)) {
            host.connect(
                            (now, connection, event) -> {
                                throw new IllegalArgumentException("of the test");
                            },
                            (now, connection) -> connection.addTransceiver(
                                    MediaKind.AUDIO, TransceiverInit.receiveOnly(MediaKind.AUDIO)))
                    .get(SECONDS, TimeUnit.SECONDS);
            assertEquals("of the test", heard.get(SECONDS, TimeUnit.SECONDS).getMessage());
            var still = new CompletableFuture<Long>();
            host.post(still::complete);
            assertTrue(still.get(SECONDS, TimeUnit.SECONDS) >= 0);
        }
    }

    @Test
    void aClosedHostSaysSoAndTakesNoTasks() throws IOException {
        var host = PeerHost.open(List.of(TransportAddress.of("127.0.0.1", 0)), faults::add);
        assertFalse(host.isClosed());
        host.close();
        assertTrue(host.isClosed());
        assertFalse(host.post(now -> {}));
        assertFalse(host.postAt(0, now -> {}));
    }

    @Test
    void tasksRunInTheOrderOfTheirTimesAndNotBefore()
            throws IOException, InterruptedException, ExecutionException, TimeoutException {
        var order = new ConcurrentLinkedQueue<String>();
        var last = new CompletableFuture<Long>();
        try (var host = PeerHost.open(List.of(TransportAddress.of("127.0.0.1", 0)), faults::add)) {
            long start = PeerHost.nanos();
            long soon = start + TimeUnit.MILLISECONDS.toNanos(20);
            long later = start + TimeUnit.MILLISECONDS.toNanos(40);
            host.postAt(later, now -> {
                order.add("later");
                last.complete(now - later);
            });
            host.postAt(soon, now -> {
                order.add(now >= soon ? "soon" : "early");
                throw new IllegalArgumentException("of the test");
            });
            assertTrue(last.get(SECONDS, TimeUnit.SECONDS) >= 0, "not before its time");
        }
        assertEquals(List.of("soon", "later"), List.copyOf(order));
        assertEquals(
                List.of("of the test"),
                faults.stream().map(Throwable::getMessage).toList());
    }

    private void accept(long now, PeerConnection connection, Description answer) {
        try {
            connection.setRemoteDescription(now, answer);
        } catch (PeerException e) {
            faults.add(e);
        }
    }
}
