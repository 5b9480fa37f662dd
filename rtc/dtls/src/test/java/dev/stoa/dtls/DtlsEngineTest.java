package dev.stoa.dtls;

import static dev.stoa.dtls.TwoEngines.CLIENT_CERTIFICATE;
import static dev.stoa.dtls.TwoEngines.SERVER_CERTIFICATE;
import static dev.stoa.dtls.TwoEngines.applicationData;
import static dev.stoa.dtls.TwoEngines.now;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.wire.Malformation;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DtlsEngineTest {
    private static DtlsSrtpKeys keys(List<DtlsEvent> events) {
        var connected = assertInstanceOf(DtlsEvent.Connected.class, events.getFirst());
        return requireNonNull(connected.srtpKeys());
    }

    private static void exchange(TwoEngines engines) {
        engines.client.send(new byte[] {1, 2, 3});
        engines.server.send(new byte[] {4});
        engines.settle();
        assertArrayEquals(
                new byte[] {1, 2, 3}, applicationData(engines.serverEvents).getLast());
        assertArrayEquals(new byte[] {4}, applicationData(engines.clientEvents).getLast());
    }

    @ParameterizedTest
    @ValueSource(ints = {0x0007, 0x0008, 0x0001})
    void bothSidesExportTheSameKeys(int profile) {
        try (var engines = new TwoEngines(List.of(profile), DtlsEngine.SRTP_PROFILES).connect()) {
            var ofClient = keys(engines.clientEvents);
            var ofServer = keys(engines.serverEvents);
            assertEquals(profile, ofClient.profile());
            assertEquals(profile, ofServer.profile());
            assertEquals(profile == 0x0008 ? 32 : 16, ofClient.clientKey().length);
            assertEquals(profile == 0x0001 ? 14 : 12, ofClient.serverSalt().length);
            assertArrayEquals(ofClient.clientKey(), ofServer.clientKey());
            assertArrayEquals(ofClient.clientSalt(), ofServer.clientSalt());
            assertArrayEquals(ofClient.serverKey(), ofServer.serverKey());
            assertArrayEquals(ofClient.serverSalt(), ofServer.serverSalt());
            assertFalse(Arrays.equals(ofClient.clientKey(), ofClient.serverKey()));
            exchange(engines);
        }
    }

    @Test
    void agreesOnTheBestProfileOfTheServer() {
        try (var engines = new TwoEngines(List.of(1, 8, 7), DtlsEngine.SRTP_PROFILES).connect()) {
            assertEquals(7, keys(engines.clientEvents).profile());
        }
    }

    @Test
    void connectsWithoutKeysWhenThereIsNoProfileInCommon() {
        try (var engines = new TwoEngines(List.of(1), List.of(7)).connect()) {
            assertEquals(new DtlsEvent.Connected(null), engines.clientEvents.getFirst());
            assertEquals(new DtlsEvent.Connected(null), engines.serverEvents.getFirst());
            exchange(engines);
        }
    }

    @Test
    void connectsWithoutMedia() {
        try (var engines = new TwoEngines(List.of(), DtlsEngine.SRTP_PROFILES).connect()) {
            assertEquals(new DtlsEvent.Connected(null), engines.serverEvents.getFirst());
            exchange(engines);
        }
    }

    @Test
    void aFlightGoesInFewDatagrams() {
        try (var engines = new TwoEngines().connect()) {
            assertTrue(engines.datagrams <= 6, engines.datagrams + " datagrams");
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void connectsThoughDatagramsAreLostRepeatedAndReordered(long seed) {
        try (var engines = new TwoEngines().lossy(30, seed).connect()) {
            assertArrayEquals(
                    keys(engines.clientEvents).clientKey(),
                    keys(engines.serverEvents).clientKey(),
                    "seed " + seed);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"sha-256", "sha-384", "sha-512"})
    void knowsTheOtherSideByAnyOfTheHashes(String hash) {
        var stranger = TwoEngines.certificate();
        var ofServer = List.of(stranger.fingerprint("sha-256"), SERVER_CERTIFICATE.fingerprint(hash));
        var ofClient = List.of(CLIENT_CERTIFICATE.fingerprint(hash), stranger.fingerprint("sha-512"));
        try (var engines = new TwoEngines().expecting(ofServer, ofClient).connect()) {
            assertEquals(
                    keys(engines.clientEvents).profile(),
                    keys(engines.serverEvents).profile());
        }
    }

    @Test
    void aServerWithAnotherCertificateIsRefused() {
        var stranger = List.of(TwoEngines.certificate().fingerprint("sha-256"));
        try (var engines = new TwoEngines()
                .expecting(stranger, List.of(CLIENT_CERTIFICATE.fingerprint("sha-256")))
                .start()) {
            assertTrue(engines.run(() -> !engines.clientEvents.isEmpty()));
            var failed = assertInstanceOf(DtlsEvent.Failed.class, engines.clientEvents.getFirst());
            assertEquals(DtlsFailure.WRONG_FINGERPRINT, failed.failure());
            assertTrue(engines.run(() -> engines.server.failedAttempts() == 1));
            assertFalse(engines.server.isConnected());
        }
    }

    @Test
    void aClientWithAnotherCertificateIsRefused() {
        var stranger = List.of(TwoEngines.certificate().fingerprint("sha-384"));
        try (var engines = new TwoEngines()
                .expecting(List.of(SERVER_CERTIFICATE.fingerprint("sha-256")), stranger)
                .start()) {
            assertTrue(engines.run(() -> !engines.serverEvents.isEmpty()));
            var failed = assertInstanceOf(DtlsEvent.Failed.class, engines.serverEvents.getFirst());
            assertEquals(DtlsFailure.WRONG_FINGERPRINT, failed.failure());
            assertFalse(engines.client.isConnected());
        }
    }

    @Test
    void aClientGivesUpAfterSomeAlerts() {
        try (var engines = new TwoEngines()) {
            byte[] handshakeFailure = {21, (byte) 0xFE, (byte) 0xFD, 0, 0, 0, 0, 0, 0, 0, 9, 0, 2, 2, 40};
            engines.client.start(now());
            assertTrue(engines.run(() -> {
                engines.client.handle(now(), handshakeFailure.clone());
                engines.awaitActivity(1);
                return !engines.clientEvents.isEmpty();
            }));
            var failed = assertInstanceOf(DtlsEvent.Failed.class, engines.clientEvents.getFirst());
            assertEquals(DtlsFailure.ALERTED, failed.failure());
            assertEquals(4, engines.client.failedAttempts());
        }
    }

    @Test
    void extendedMasterSecretIsRequired() {
        // The extension gets a number that nobody knows, so the server sees a client without it.
        try (var engines = new TwoEngines()
                .tampering(DtlsEngineTest::withoutExtendedMasterSecret)
                .start()) {
            assertTrue(engines.run(() -> engines.server.failedAttempts() > 0));
            assertFalse(engines.server.isConnected());
            assertFalse(engines.client.isConnected());
        }
    }

    private static byte[] withoutExtendedMasterSecret(byte[] datagram) {
        for (int i = DtlsRecords.HEADER_LENGTH; i + 4 <= datagram.length; i++) {
            if (datagram[i] == 0 && datagram[i + 1] == 0x17 && datagram[i + 2] == 0 && datagram[i + 3] == 0) {
                datagram[i] = 0x7F;
            }
        }
        return datagram;
    }

    @Test
    void garbageBeforeAndDuringTheHandshakeDoesNoHarm() {
        var random = new Random(5764);
        try (var engines = new TwoEngines()) {
            engines.tampering(datagram -> {
                for (int i = 0; i < 20; i++) {
                    var garbage = new byte[random.nextInt(200)];
                    random.nextBytes(garbage);
                    engines.server.handle(now(), garbage);
                    engines.client.handle(now(), garbage.clone());
                }
                return datagram;
            });
            engines.connect();
            assertTrue(engines.server.refusedDatagrams() > 20);
            exchange(engines);
        }
    }

    @Test
    void aBadClientHelloIsFollowedByAGoodOne() {
        try (var engines = new TwoEngines()) {
            engines.server.start(now());
            var bad = engines.clientHello();
            // The length of the list of cipher suites: behind version, random number, session id and cookie.
            bad[DtlsRecords.HEADER_LENGTH + 12 + 2 + 32 + 2] = 0x7F;
            assertNull(engines.server.handle(now(), bad));
            assertTrue(engines.run(() -> engines.server.failedAttempts() == 1));
            assertNull(engines.server.pollTransmit());
            engines.client.start(now());
            assertTrue(engines.run(() -> engines.client.isConnected() && engines.server.isConnected()));
            exchange(engines);
        }
    }

    @Test
    void anotherClientHelloTakesThePlaceOfOneThatWasLeftAlone() {
        try (var engines = new TwoEngines()) {
            engines.server.start(now());
            assertNull(engines.server.handle(now(), engines.clientHello()));
            engines.client.start(now());
            assertTrue(engines.run(() -> engines.client.isConnected() && engines.server.isConnected()));
            exchange(engines);
        }
    }

    @Test
    void clientHellosInARushAreNotAllAnswered() {
        try (var engines = new TwoEngines()) {
            long now = 1_000_000_000;
            engines.server.start(now);
            var first = engines.clientHello();
            assertNull(engines.server.handle(now, first.clone()));
            assertNull(engines.server.handle(now + 1, first.clone()));
            assertEquals(Malformation.TOO_MANY, engines.server.handle(now + 2, engines.clientHello()));
            assertNull(engines.server.handle(now + 20_000_000, engines.clientHello()));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aClientHelloMayComeInTwoFragments(boolean swapped) {
        try (var engines = new TwoEngines()) {
            engines.tampering(datagram -> {
                if (!DtlsRecords.isClientHello(datagram) || datagram.length < 100) {
                    return datagram;
                }
                var first = fragment(datagram, 0, 60, 40);
                var second = fragment(datagram, 60, datagram.length - 25 - 60, 41);
                engines.server.handle(now(), swapped ? second : first);
                return swapped ? first : second;
            });
            engines.connect();
            exchange(engines);
        }
    }

    /** A part of the message that is alone in this datagram, as a record with that number, within the replay window. */
    private static byte[] fragment(byte[] datagram, int offset, int length, int number) {
        var fragment = new byte[25 + length];
        System.arraycopy(datagram, 0, fragment, 0, 25);
        System.arraycopy(datagram, 25 + offset, fragment, 25, length);
        fragment[10] = (byte) number;
        put16(fragment, 11, 12 + length);
        put16(fragment, 20, offset);
        put16(fragment, 23, length);
        return fragment;
    }

    private static void put16(byte[] bytes, int at, int value) {
        bytes[at] = (byte) (value >> 8);
        bytes[at + 1] = (byte) value;
    }

    @Test
    void oneEarlyFlightWaitsForTheStart() {
        try (var engines = new TwoEngines()) {
            engines.client.start(now());
            assertTrue(engines.run(() -> engines.datagrams > 0));
            engines.server.start(now());
            assertTrue(engines.run(() -> engines.client.isConnected() && engines.server.isConnected()));
        }
    }

    @Test
    void noMoreThanAFlightWaits() {
        try (var engines = new TwoEngines()) {
            var hello = engines.clientHello();
            for (int i = 0; i < 8; i++) {
                assertNull(engines.server.handle(now(), hello.clone()));
            }
            assertEquals(Malformation.TOO_MANY, engines.server.handle(now(), hello.clone()));
            assertEquals(1, engines.server.refusedDatagrams());
        }
    }

    /** Threat rule 5, of what waits here by what others send. */
    @Test
    void datagramsThatAHandshakeDoesNotGetToAreFew() {
        try (var engines = new TwoEngines()) {
            var server = new DtlsEngine(
                    DtlsRole.SERVER,
                    SERVER_CERTIFICATE,
                    List.of(CLIENT_CERTIFICATE.fingerprint("sha-256")),
                    DtlsEngine.SRTP_PROFILES,
                    _ -> {}, // never runs it
                    () -> {});
            server.start(0);
            var hello = engines.clientHello();
            int taken = 0;
            for (int i = 0; i < 1000; i++) {
                taken += server.handle(0, hello.clone()) == null ? 1 : 0;
            }
            assertEquals(32, taken);
            assertEquals(1000 - 32, server.refusedDatagrams());
        }
    }

    @Test
    void applicationDataThatNobodyTakesIsBounded() {
        try (var engines = new TwoEngines().connect()) {
            for (int i = 0; i < 1000; i++) {
                engines.client.send(new byte[] {1});
                assertNull(engines.server.handle(now(), requireNonNull(engines.client.pollTransmit())));
            }
            int taken = 0;
            while (engines.server.pollEvent() != null) {
                taken++;
            }
            assertEquals(256, taken);
        }
    }

    @Test
    void aServerThatHearsNothingGivesUp() {
        try (var engines = new TwoEngines()) {
            engines.server.start(1000);
            assertEquals(1000 + DtlsEngine.HANDSHAKE_TIMEOUT_NANOS, engines.server.nextTimeout());
            engines.server.handleTimeout(engines.server.nextTimeout() - 1);
            assertNull(engines.server.pollEvent());
            engines.server.handleTimeout(engines.server.nextTimeout());
            var failed = assertInstanceOf(DtlsEvent.Failed.class, engines.server.pollEvent());
            assertEquals(DtlsFailure.TIMED_OUT, failed.failure());
            assertEquals(Long.MAX_VALUE, engines.server.nextTimeout());
        }
    }

    @Test
    void aHandshakeThatHangsGivesUp() {
        try (var engines = new TwoEngines()) {
            engines.client.start(1000);
            engines.client.handleTimeout(engines.client.nextTimeout());
            var failed = assertInstanceOf(DtlsEvent.Failed.class, engines.client.pollEvent());
            assertEquals(DtlsFailure.TIMED_OUT, failed.failure());
            assertNull(engines.client.pollTransmit());
        }
    }

    @Test
    void failsWhenThereIsNoThread() {
        var engine = new DtlsEngine(
                DtlsRole.CLIENT,
                CLIENT_CERTIFICATE,
                List.of(SERVER_CERTIFICATE.fingerprint("sha-256")),
                DtlsEngine.SRTP_PROFILES,
                task -> {
                    throw new RejectedExecutionException();
                },
                () -> {});
        engine.start(0);
        assertInstanceOf(DtlsEvent.Failed.class, engine.pollEvent());
    }

    @Test
    void carriesApplicationDataUpToTheLimit() {
        try (var engines = new TwoEngines().connect()) {
            for (int length : new int[] {1, 2, 100, DtlsEngine.MAX_APPLICATION_DATA_LENGTH}) {
                var bytes = new byte[length];
                Arrays.fill(bytes, (byte) length);
                engines.client.send(bytes);
                engines.server.send(bytes);
                engines.settle();
                assertArrayEquals(bytes, applicationData(engines.serverEvents).getLast());
                assertArrayEquals(bytes, applicationData(engines.clientEvents).getLast());
            }
            var tooLong = new byte[DtlsEngine.MAX_APPLICATION_DATA_LENGTH + 1];
            assertThrows(IllegalArgumentException.class, () -> engines.client.send(tooLong));
            assertThrows(IllegalArgumentException.class, () -> engines.client.send(new byte[0]));
        }
    }

    @Test
    void aRecordOfTheGreatestLengthFillsADatagram() {
        try (var engines = new TwoEngines().connect()) {
            engines.client.send(new byte[DtlsEngine.MAX_APPLICATION_DATA_LENGTH]);
            assertEquals(1200, requireNonNull(engines.client.pollTransmit()).length);
        }
    }

    @Test
    void severalRecordsInADatagramAreAllRead() {
        try (var engines = new TwoEngines().connect()) {
            engines.client.send(new byte[] {1});
            engines.client.send(new byte[] {2, 2});
            var first = requireNonNull(engines.client.pollTransmit());
            var second = requireNonNull(engines.client.pollTransmit());
            var both = Arrays.copyOf(first, first.length + second.length);
            System.arraycopy(second, 0, both, first.length, second.length);
            assertNull(engines.server.handle(now(), both));
            engines.settle();
            assertEquals(2, applicationData(engines.serverEvents).size());
        }
    }

    @Test
    void aRecordThatComesTwiceIsReadOnce() {
        try (var engines = new TwoEngines().connect()) {
            engines.client.send(new byte[] {1});
            var record = requireNonNull(engines.client.pollTransmit());
            engines.server.handle(now(), record.clone());
            engines.server.handle(now(), record.clone());
            engines.settle();
            assertEquals(1, applicationData(engines.serverEvents).size());
        }
    }

    @Test
    void closeNotifyEndsTheAssociationOfTheOtherSide() {
        try (var engines = new TwoEngines().connect()) {
            engines.server.close();
            assertTrue(engines.run(() -> engines.clientEvents.getLast() instanceof DtlsEvent.Closed));
            assertFalse(engines.client.isConnected());
            assertThrows(IllegalStateException.class, () -> engines.client.send(new byte[1]));
            engines.client.close();
        }
    }

    @Test
    void nothingOfTheOtherSideEndsTheAssociationButAnAlertOfIts() {
        long seed = 6347;
        var random = new Random(seed);
        try (var engines = new TwoEngines().connect()) {
            engines.client.send(new byte[100]);
            var record = requireNonNull(engines.client.pollTransmit());
            for (int i = 0; i < 20_000; i++) {
                var mutated = record.clone();
                switch (random.nextInt(4)) {
                    case 0 -> mutated[random.nextInt(mutated.length)] ^= (byte) (1 + random.nextInt(255));
                    case 1 -> mutated = Arrays.copyOf(mutated, random.nextInt(mutated.length));
                    case 2 -> {
                        // A well-formed record that is too short or wrong, with any type and number.
                        mutated = Arrays.copyOf(mutated, DtlsRecords.HEADER_LENGTH + random.nextInt(60));
                        put16(mutated, 11, mutated.length - DtlsRecords.HEADER_LENGTH);
                        mutated[0] = (byte) (20 + random.nextInt(4));
                        mutated[4] = (byte) random.nextInt(3);
                        mutated[10] = (byte) random.nextInt();
                    }
                    default -> random.nextBytes(mutated);
                }
                engines.server.handle(now(), mutated);
                assertTrue(engines.server.isConnected(), "seed " + seed + ", input " + i);
            }
            assertTrue(applicationData(engines.serverEvents).isEmpty());
            engines.settle();
            exchange(engines);
        }
    }

    @Test
    void misuseIsTold() {
        try (var engines = new TwoEngines()) {
            assertThrows(IllegalStateException.class, () -> engines.client.send(new byte[1]));
            engines.client.start(now());
            assertThrows(IllegalStateException.class, () -> engines.client.start(now()));
            assertThrows(
                    IllegalArgumentException.class,
                    () -> engines.engine(DtlsRole.SERVER, List.of(), DtlsEngine.SRTP_PROFILES));
            var fingerprints = List.of(CLIENT_CERTIFICATE.fingerprint("sha-256"));
            assertThrows(
                    IllegalArgumentException.class, () -> engines.engine(DtlsRole.SERVER, fingerprints, List.of(2)));
        }
    }
}
