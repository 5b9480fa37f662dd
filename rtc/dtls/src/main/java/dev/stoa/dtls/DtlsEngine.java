package dev.stoa.dtls;

import dev.stoa.wire.Malformation;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.bouncycastle.tls.DTLSTransport;
import org.bouncycastle.tls.TlsFatalAlertReceived;
import org.jspecify.annotations.Nullable;

/**
 * One DTLS 1.2 association of WebRTC (RFC 6347, RFC 8842): proves by the fingerprints who the other side is, agrees on the
 * keys of SRTP (RFC 5764), and carries what SCTP sends.
 *
 * <p>Calling contract: one thread at a time. Give it each DTLS datagram by {@link #handle}, but only those from an address
 * that ICE has validated; {@link #start} when ICE has a pair. After every call, and whenever {@code wakeUp} was run, call
 * {@link #pollEvent} until it gives null, {@link #pollTransmit} until it gives null, and arrange for {@link #handleTimeout} at
 * {@link #nextTimeout}. Call {@link #close} at the end. Bytes from the network never make a method throw.
 *
 * <p>The handshake, and it alone, runs on {@code handshakes} by the real time: the library waits inside it. {@code wakeUp} is
 * run on that thread; it shall return at once. Everything that crosses goes through bounded queues. One handshake keeps its
 * thread waiting for up to a minute, so {@code handshakes} has to bring a thread for each: virtual ones.
 *
 * <p>A server begins a handshake with the first ClientHello. One that fails is thrown away and the next ClientHello gets a
 * fresh one, so nonsense ends no transport; only a wrong fingerprint and the time end it.
 */
public final class DtlsEngine {
    /** AEAD_AES_128_GCM, AEAD_AES_256_GCM, AES128_CM_HMAC_SHA1_80: the protection profiles in the order of preference. */
    public static final List<Integer> SRTP_PROFILES = List.of(0x0007, 0x0008, 0x0001);

    /** The most that {@link #send} takes: a datagram of 1200 bytes without what the record adds. */
    public static final int MAX_APPLICATION_DATA_LENGTH =
            AttemptTransport.MAX_DATAGRAM_LENGTH - DtlsRecords.HEADER_LENGTH - DtlsRecords.GCM_OVERHEAD;

    /** How long a handshake may take, from {@link #start} on. */
    public static final long HANDSHAKE_TIMEOUT_NANOS = Duration.ofSeconds(30).toNanos();

    /** One flight that may wait for {@link #start}. */
    private static final int MAX_EARLY_DATAGRAMS = 8;

    private static final int MAX_CLIENT_ATTEMPTS = 4;

    /** A ClientHello that comes sooner after the last one answered is not: each costs a signature. Clients send theirs again. */
    private static final long ATTEMPT_SPACING_NANOS = Duration.ofMillis(20).toNanos();

    private static final int MAX_EVENTS = 256;

    private sealed interface State {
        /** Before {@link #start}. */
        record Waiting(Queue<byte[]> early) implements State {}

        record Handshaking(long deadlineNanos) implements State {}

        record Open(DTLSTransport records) implements State {}

        record Ended() implements State {}
    }

    private final DtlsRole role;
    private final DtlsCertificate certificate;
    private final List<Fingerprint> remoteFingerprints;
    private final List<Integer> srtpProfiles;
    private final Executor handshakes;
    private final Runnable wakeUp;
    private final Queue<DtlsEvent> events = new ArrayDeque<>();
    private final byte[] plain = new byte[AttemptTransport.MAX_RECEIVED_LENGTH];
    private State state = new State.Waiting(new ArrayDeque<>());

    /** The present attempt, or the one whose last words are still to be sent. */
    private @Nullable HandshakeAttempt attempt;

    /** Which ClientHello a server's attempt is about. */
    private byte @Nullable [] clientRandom;

    private long nextAttemptNanos = Long.MIN_VALUE;
    private long refusedDatagrams;
    private int failedAttempts;
    private String lastDetail = "nothing came";

    /**
     * @param remoteFingerprints of all {@code a=fingerprint} lines that are known here; one of them has to match
     * @param srtpProfiles {@link #SRTP_PROFILES} or a part of it; none for an association without media
     * @param handshakes runs a task that may wait, on a thread of its own
     * @param wakeUp run on that thread when there is something to poll
     */
    public DtlsEngine(
            DtlsRole role,
            DtlsCertificate certificate,
            List<Fingerprint> remoteFingerprints,
            List<Integer> srtpProfiles,
            Executor handshakes,
            Runnable wakeUp) {
        if (remoteFingerprints.isEmpty()) {
            throw new IllegalArgumentException("without a fingerprint anybody could be the other side");
        }
        if (!srtpProfiles.stream().allMatch(DtlsSrtpKeys::isKnown)) {
            throw new IllegalArgumentException("unknown protection profiles: " + srtpProfiles);
        }
        this.role = role;
        this.certificate = certificate;
        this.remoteFingerprints = List.copyOf(remoteFingerprints);
        this.srtpProfiles = List.copyOf(srtpProfiles);
        this.handshakes = handshakes;
        this.wakeUp = wakeUp;
    }

    public DtlsRole role() {
        return role;
    }

    public boolean isConnected() {
        return state instanceof State.Open;
    }

    /** ICE has a pair: a client begins, a server answers. Once. */
    public void start(long nowNanos) {
        if (!(state instanceof State.Waiting waiting)) {
            throw new IllegalStateException("started or closed already");
        }
        state = new State.Handshaking(nowNanos + HANDSHAKE_TIMEOUT_NANOS);
        if (role == DtlsRole.CLIENT) {
            beginAttempt();
        }
        for (var datagram : waiting.early) {
            count(handleHandshake(nowNanos, datagram));
        }
    }

    /**
     * Takes a datagram; the array is the engine's from now on. Not null: it was refused and changed nothing; it is counted in
     * {@link #refusedDatagrams}.
     */
    public @Nullable Malformation handle(long nowNanos, byte[] datagram) {
        settle(nowNanos);
        var malformation = DtlsRecords.check(datagram);
        if (malformation == null && datagram.length > AttemptTransport.MAX_RECEIVED_LENGTH) {
            malformation = Malformation.BAD_LENGTH;
        }
        if (malformation == null) {
            malformation = switch (state) {
                case State.Waiting waiting -> keepEarly(waiting, datagram);
                case State.Handshaking _ -> handleHandshake(nowNanos, datagram);
                case State.Open open -> handleRecords(open, datagram);
                case State.Ended _ -> null;
            };
        }
        return count(malformation);
    }

    private @Nullable Malformation count(@Nullable Malformation malformation) {
        if (malformation != null) {
            refusedDatagrams++;
        }
        return malformation;
    }

    private static @Nullable Malformation keepEarly(State.Waiting waiting, byte[] datagram) {
        if (waiting.early.size() >= MAX_EARLY_DATAGRAMS) {
            return Malformation.TOO_MANY;
        }
        waiting.early.add(datagram);
        return null;
    }

    private @Nullable Malformation handleHandshake(long nowNanos, byte[] datagram) {
        if (role == DtlsRole.SERVER && DtlsRecords.isClientHello(datagram)) {
            var random = DtlsRecords.clientRandom(datagram);
            var running = attempt;
            boolean another = random != null && clientRandom != null && !Arrays.equals(random, clientRandom);
            if (running == null || another) {
                if (nowNanos < nextAttemptNanos) {
                    return Malformation.TOO_MANY;
                }
                if (running != null) {
                    running.transport().cancel();
                }
                nextAttemptNanos = nowNanos + ATTEMPT_SPACING_NANOS;
                beginAttempt();
            }
            clientRandom = random != null ? random : clientRandom;
        }
        var running = attempt;
        if (running == null) {
            return Malformation.UNKNOWN_TYPE;
        }
        return running.transport().offer(datagram) ? null : Malformation.TOO_MANY;
    }

    private void beginAttempt() {
        var next = new HandshakeAttempt(role, certificate, remoteFingerprints, srtpProfiles, wakeUp);
        attempt = next;
        clientRandom = null;
        try {
            handshakes.execute(next);
        } catch (RejectedExecutionException e) {
            end(new DtlsEvent.Failed(DtlsFailure.HANDSHAKE_FAILED, "no thread for the handshake"));
        }
    }

    private @Nullable Malformation handleRecords(State.Open open, byte[] datagram) {
        var running = running();
        if (!running.transport().offer(datagram)) {
            return Malformation.TOO_MANY;
        }
        readRecords(open.records, running);
        return null;
    }

    /** Reads all that is queued. Waiting for ever is not waiting here: an empty queue ends the library's loop. */
    private void readRecords(DTLSTransport records, HandshakeAttempt running) {
        try {
            while (running.transport().hasInbound()) {
                int length = records.receive(plain, 0, plain.length, 0);
                while (length >= 0) {
                    deliver(length);
                    length = records.receivePending(plain, 0, plain.length);
                }
            }
        } catch (AttemptTransport.NothingQueued e) {
            // All is read.
        } catch (TlsFatalAlertReceived e) {
            end(new DtlsEvent.Failed(DtlsFailure.ALERTED, String.valueOf(e.getMessage())));
        } catch (IOException e) {
            end(new DtlsEvent.Failed(DtlsFailure.BROKEN, String.valueOf(e.getMessage())));
        }
        running.transport().flush();
        if (running.isCloseNotified() && state instanceof State.Open) {
            end(new DtlsEvent.Closed());
        }
    }

    /** Empty records are padding against nobody here. */
    private void deliver(int length) {
        if (length > 0 && events.size() < MAX_EVENTS) {
            events.add(new DtlsEvent.ApplicationData(Arrays.copyOf(plain, length)));
        }
    }

    /** Looks whether the handshake has come to an end. */
    private void settle(long nowNanos) {
        settle();
        if (state instanceof State.Handshaking handshaking && nowNanos >= handshaking.deadlineNanos) {
            var running = attempt;
            if (running != null) {
                running.transport().cancel();
            }
            end(new DtlsEvent.Failed(DtlsFailure.TIMED_OUT, lastDetail));
        }
    }

    private void settle() {
        var running = attempt;
        if (!(state instanceof State.Handshaking) || running == null) {
            return;
        }
        switch (running.outcome()) {
            case null -> {}
            case HandshakeAttempt.Outcome.Succeeded succeeded -> {
                state = new State.Open(succeeded.records());
                events.add(new DtlsEvent.Connected(succeeded.keys()));
                readRecords(succeeded.records(), running);
            }
            case HandshakeAttempt.Outcome.Broken broken -> handleBroken(broken);
        }
    }

    private void handleBroken(HandshakeAttempt.Outcome.Broken broken) {
        failedAttempts++;
        lastDetail = broken.detail();
        if (broken.failure() == DtlsFailure.WRONG_FINGERPRINT
                || (role == DtlsRole.CLIENT && failedAttempts >= MAX_CLIENT_ATTEMPTS)) {
            end(new DtlsEvent.Failed(broken.failure(), broken.detail()));
        } else if (role == DtlsRole.CLIENT) {
            beginAttempt();
        } else {
            attempt = null;
            clientRandom = null;
        }
    }

    private void end(DtlsEvent last) {
        state = new State.Ended();
        events.add(last);
    }

    /** What to send next, or null. */
    public byte @Nullable [] pollTransmit() {
        settle();
        var running = attempt;
        return running == null ? null : running.transport().pollTransmit();
    }

    public @Nullable DtlsEvent pollEvent() {
        settle();
        return events.poll();
    }

    /** When to call {@link #handleTimeout}; {@link Long#MAX_VALUE} for never. */
    public long nextTimeout() {
        return state instanceof State.Handshaking handshaking ? handshaking.deadlineNanos : Long.MAX_VALUE;
    }

    public void handleTimeout(long nowNanos) {
        settle(nowNanos);
    }

    /**
     * Sends application data in a record of its own, when there is an association.
     *
     * @param bytes 1 to {@link #MAX_APPLICATION_DATA_LENGTH}
     * @throws IllegalStateException before {@link DtlsEvent.Connected} and after the last event
     */
    public void send(byte[] bytes) {
        if (bytes.length == 0 || bytes.length > MAX_APPLICATION_DATA_LENGTH) {
            throw new IllegalArgumentException(
                    "application data is 1 to " + MAX_APPLICATION_DATA_LENGTH + " bytes, not " + bytes.length);
        }
        if (!(state instanceof State.Open open)) {
            throw new IllegalStateException("there is no association");
        }
        try {
            open.records.send(bytes, 0, bytes.length);
        } catch (IOException e) {
            end(new DtlsEvent.Failed(DtlsFailure.BROKEN, String.valueOf(e.getMessage())));
        }
        running().transport().flush();
    }

    private HandshakeAttempt running() {
        var running = attempt;
        if (running == null) {
            throw new IllegalStateException("an association comes from a handshake");
        }
        return running;
    }

    /** Leaves: what {@link #pollTransmit} gives afterwards tells the other side. No event follows. */
    public void close() {
        settle();
        switch (state) {
            case State.Open open -> {
                try {
                    open.records.close();
                } catch (IOException e) {
                    // The other side will find out by itself (RFC 7675).
                }
                running().transport().flush();
            }
            case State.Handshaking _ -> {
                var running = attempt;
                if (running != null) {
                    running.transport().cancel();
                }
            }
            case State.Waiting _, State.Ended _ -> {}
        }
        state = new State.Ended();
        events.clear();
    }

    /** Datagrams that were malformed, or too many. */
    public long refusedDatagrams() {
        return refusedDatagrams;
    }

    /** Handshakes that failed and were thrown away. */
    public int failedAttempts() {
        return failedAttempts;
    }
}
