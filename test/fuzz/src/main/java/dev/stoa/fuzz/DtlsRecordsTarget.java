package dev.stoa.fuzz;

import dev.stoa.dtls.DtlsEngine;
import dev.stoa.dtls.DtlsEvent;
import dev.stoa.dtls.DtlsRole;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Datagrams of strangers for an association that is there, and records of the other side altered on their way: none of them
 * changes anything. One association serves many inputs, since a handshake takes long.
 */
final class DtlsRecordsTarget implements FuzzTarget {
    private @Nullable Association association;

    @Override
    public void run(byte[] input) {
        var pair = association;
        if (pair == null) {
            pair = new Association();
            association = pair;
        }
        try {
            pair.run(new Choices(input));
        } catch (RuntimeException | Error e) {
            association = null;
            throw e;
        }
    }

    private static final class Association {
        private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
                Thread.ofPlatform().daemon().name("handshake").factory());
        private final Semaphore activity = new Semaphore(0);
        private final DtlsEngine client = engine(DtlsRole.CLIENT);
        private final DtlsEngine server = engine(DtlsRole.SERVER);

        Association() {
            client.start(0);
            server.start(0);
            try {
                while (!client.isConnected() || !server.isConnected()) {
                    activity.tryAcquire(1, TimeUnit.MILLISECONDS);
                    pass(client, server);
                    pass(server, client);
                }
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            while (client.pollEvent() != null || server.pollEvent() != null) {
                // Connected.
            }
        }

        private DtlsEngine engine(DtlsRole role) {
            var certificate = DtlsHandshakeTarget.CERTIFICATE;
            return new DtlsEngine(
                    role,
                    certificate,
                    List.of(certificate.fingerprint("sha-256")),
                    DtlsEngine.SRTP_PROFILES,
                    threads,
                    activity::release);
        }

        private static void pass(DtlsEngine from, DtlsEngine to) {
            for (var bytes = from.pollTransmit(); bytes != null; bytes = from.pollTransmit()) {
                to.handle(0, bytes);
            }
        }

        void run(Choices choices) {
            while (!choices.isOver()) {
                var datagram = choices.bytes();
                if (choices.yes()) {
                    datagram = altered(record(datagram), choices);
                }
                server.handle(0, datagram);
                Promise.that(server.isConnected(), "a stranger ends no association");
                Promise.that(server.pollEvent() == null, "a stranger says nothing");
                while (server.pollTransmit() != null) {
                    // An answer to a repetition of the handshake, perhaps.
                }
            }
            var last = new byte[] {1, 2, 3};
            server.handle(0, record(last));
            Promise.that(
                    server.pollEvent() instanceof DtlsEvent.ApplicationData(var bytes) && Arrays.equals(bytes, last),
                    "the other side is still heard");
        }

        private byte[] record(byte[] plain) {
            client.send(plain.length == 0 ? new byte[1] : plain);
            var record = client.pollTransmit();
            if (record == null) {
                throw new AssertionError("broken: what is sent goes out");
            }
            return record;
        }

        /** At least one bit is another, or missing. */
        private static byte[] altered(byte[] record, Choices choices) {
            int cut = choices.below(4) == 0 ? 1 + choices.below(20) : 0;
            var other = Arrays.copyOf(record, record.length - cut);
            for (int changes = choices.below(4); changes > 0; changes--) {
                other[choices.u8() % other.length] = (byte) choices.u8();
            }
            if (Arrays.equals(other, record)) {
                other[choices.u8() % other.length] ^= 1;
            }
            return other;
        }
    }

    @Override
    public List<byte[]> seeds() {
        return List.of(
                Seeds.hex("19 16fefd00000000000000050 00c 0e0000000005000000000000 00"),
                Seeds.hex("0e 14fefd0000000000000006000101 00 0f 15fefd00000000000000070002 0228 00"),
                Seeds.hex("25 17fefd00010000000000100018" + "00".repeat(24) + "00"),
                Seeds.hex("03 010203 01 01 00 03 010203 01 00 04 01 03 00"));
    }
}
