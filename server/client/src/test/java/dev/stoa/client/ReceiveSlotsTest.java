package dev.stoa.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.dtls.DtlsCertificate;
import dev.stoa.peer.PeerConfiguration;
import dev.stoa.peer.PeerConnection;
import dev.stoa.peer.PeerException;
import dev.stoa.sdp.Direction;
import dev.stoa.sdp.MediaKind;
import dev.stoa.srtp.SrtpCrypto;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReceiveSlotsTest {
    /** docs/PROTOCOL.md, "Shared shapes". */
    private static final int MAX_SDP = 48_000;

    private final PeerConnection connection = new PeerConnection(
            new PeerConfiguration(
                    DtlsCertificate.generate(
                            new SecureRandom(), Instant.parse("2026-10-01T00:00:00Z"), Duration.ofDays(90)),
                    SrtpCrypto.jdk(),
                    new Random(1),
                    Runnable::run,
                    0),
            () -> {});

    @AfterEach
    void close() {
        connection.close();
    }

    private long count(MediaKind kind) {
        return connection.transceivers().stream()
                .filter(each -> each.kind() == kind && each.direction() == Direction.RECVONLY)
                .count();
    }

    @ParameterizedTest
    @CsvSource({"0, 4", "4, 4", "5, 9", "9, 9", "10, 16", "17, 25", "26, 25", "1000, 25"})
    void thereAreAsManyAsPicturesInSteps(int pictures, int slots) {
        new ReceiveSlots(25).grow(connection, pictures);
        assertEquals(slots, count(MediaKind.VIDEO));
    }

    @Test
    void theyGrowAndNeverShrink() {
        var slots = new ReceiveSlots(25);
        slots.grow(connection, 7);
        slots.grow(connection, 1);
        assertEquals(9, count(MediaKind.VIDEO));
        slots.grow(connection, 12);
        assertEquals(16, count(MediaKind.VIDEO));
    }

    @Test
    void nobodyHasToTakeMoreThanHeLikes() {
        var slots = new ReceiveSlots(6);
        slots.grow(connection, 2);
        assertEquals(4, count(MediaKind.VIDEO));
        slots.grow(connection, 20);
        assertEquals(6, count(MediaKind.VIDEO));
        var none = new ReceiveSlots(0);
        none.grow(connection, 20);
        assertEquals(6, count(MediaKind.VIDEO));
    }

    @Test
    void theOfferWithAllOfThemFitsAMessage() throws PeerException {
        ReceiveSlots.addSounds(connection, RoomOptions.SOUND_SLOTS);
        new ReceiveSlots(25).grow(connection, 25);
        var offer = connection.setLocalDescription(0).sdp();
        assertEquals(3 + 25, offer.split("\r\nm=", -1).length - 1);
        assertTrue(offer.length() < MAX_SDP, () -> offer.length() + " characters");
    }
}
