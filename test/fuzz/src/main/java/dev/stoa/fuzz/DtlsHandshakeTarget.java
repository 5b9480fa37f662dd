package dev.stoa.fuzz;

import dev.stoa.dtls.DtlsCertificate;
import dev.stoa.dtls.DtlsEngine;
import dev.stoa.dtls.DtlsEvent;
import dev.stoa.dtls.DtlsRole;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Datagrams for a server that waits for a handshake. The library works on a thread of its own, and is ended by an alert behind
 * them.
 */
final class DtlsHandshakeTarget implements FuzzTarget {
    static final DtlsCertificate CERTIFICATE =
            DtlsCertificate.generate(new SecureRandom(), Instant.parse("2026-11-01T00:00:00Z"), Duration.ofDays(3650));

    private static final byte[] FATAL_ALERT = Seeds.hex("15 fefd 0000 7ffffffffff0 0002 0228");
    private static final int MAX_DATAGRAMS = 20;
    private static final int PATIENCE_MILLIS = 50;

    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofPlatform().daemon().name("handshake").factory());

    @Override
    public void run(byte[] input) {
        var activity = new Semaphore(0);
        var engine = new DtlsEngine(
                DtlsRole.SERVER,
                CERTIFICATE,
                List.of(CERTIFICATE.fingerprint("sha-256")),
                DtlsEngine.SRTP_PROFILES,
                threads,
                activity::release);
        var choices = new Choices(input);
        boolean isEarly = choices.yes();
        long now = 0;
        if (!isEarly) {
            engine.start(now);
        }
        boolean isTaken = false;
        for (int i = 0; !choices.isOver() && i < MAX_DATAGRAMS; i++) {
            now += 1_000_000L * choices.u8();
            // Longer than a piece of choices may be: a ClientHello has more bytes than 255.
            var datagram = choices.yes() ? choices.rest() : choices.bytes();
            long refused = engine.refusedDatagrams();
            var why = engine.handle(now, datagram.clone());
            Promise.that((why != null) == (engine.refusedDatagrams() > refused), "what is refused is counted");
            isTaken |= why == null;
        }
        if (isEarly) {
            engine.start(now);
        }
        if (isTaken) {
            engine.handle(now, FATAL_ALERT.clone());
            await(engine, activity);
        }
        Promise.that(!engine.isConnected(), "nobody is let in without a certificate");
        for (var event = engine.pollEvent(); event != null; event = engine.pollEvent()) {
            Promise.that(event instanceof DtlsEvent.Failed, "nothing good happens");
        }
        engine.close();
        Promise.that(engine.pollEvent() == null, "no event follows the end");
    }

    private static void await(DtlsEngine engine, Semaphore activity) {
        try {
            while (engine.failedAttempts() == 0 && activity.tryAcquire(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
                while (engine.pollTransmit() != null) {
                    // Sent into the void.
                }
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public List<byte[]> seeds() {
        var seeds = new ArrayList<byte[]>();
        var hello = clientHello();
        seeds.add(after(Seeds.hex("00 00 01"), hello));
        seeds.add(after(Seeds.hex("01 00 01"), hello));
        // A part of one, an alert, and nonsense before it.
        seeds.add(Seeds.hex("00 00 00 0f 15fefd00000000000000000002 0228 00 00 05 1603010203"));
        seeds.add(Seeds.hex("00 00 00 1d 16fefd0000000000000000 0010 01000040 0000 000000 000004 fefd0102"));
        return seeds;
    }

    private static byte[] after(byte[] head, byte[] tail) {
        var both = new byte[head.length + tail.length];
        System.arraycopy(head, 0, both, 0, head.length);
        System.arraycopy(tail, 0, both, head.length, tail.length);
        return both;
    }

    private byte[] clientHello() {
        var activity = new Semaphore(0);
        var client = new DtlsEngine(
                DtlsRole.CLIENT,
                CERTIFICATE,
                List.of(CERTIFICATE.fingerprint("sha-256")),
                DtlsEngine.SRTP_PROFILES,
                threads,
                activity::release);
        client.start(0);
        try {
            activity.acquire();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        var hello = client.pollTransmit();
        client.close();
        if (hello == null) {
            throw new IllegalStateException("a client begins");
        }
        return hello;
    }
}
