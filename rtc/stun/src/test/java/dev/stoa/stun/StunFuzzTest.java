package dev.stoa.stun;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.wire.Datagram;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StunFuzzTest {
    private static final long SEED = 5769;
    private static final int ROUNDS = 60_000;
    private static final byte[][] CORPUS = {
        Vectors.REQUEST, Vectors.RESPONSE_IPV4, Vectors.RESPONSE_IPV6, Vectors.LONG_TERM_REQUEST
    };
    private static final int[] TYPES = {
        StunAttribute.MAPPED_ADDRESS,
        StunAttribute.USERNAME,
        StunAttribute.MESSAGE_INTEGRITY,
        StunAttribute.MESSAGE_INTEGRITY_SHA256,
        StunAttribute.ERROR_CODE,
        StunAttribute.UNKNOWN_ATTRIBUTES,
        StunAttribute.XOR_MAPPED_ADDRESS,
        StunAttribute.XOR_PEER_ADDRESS,
        StunAttribute.PRIORITY,
        StunAttribute.USE_CANDIDATE,
        StunAttribute.ICE_CONTROLLED,
        StunAttribute.DATA,
        StunAttribute.FINGERPRINT,
        0x7FFF,
        0xFFFF
    };

    private final Random random = new Random(SEED);
    private final Datagram datagram = Datagram.allocate(512);
    private final IntegrityKey key = IntegrityKey.shortTerm(Vectors.SHORT_TERM_PASSWORD);

    @Test
    void whateverComesIsReadOrRefused() {
        int read = 0;
        for (int i = 0; i < ROUNDS; i++) {
            switch (i % 3) {
                case 0 -> mutated();
                case 1 -> assembled();
                default -> noise();
            }
            if (StunMessage.parse(datagram) instanceof StunMessage message) {
                read++;
                readAll(message);
            }
        }
        assertTrue(read > ROUNDS / 20, "the fuzz reaches the readers: " + read + ", seed " + SEED);
    }

    /** Every reader on every type, whatever the type is. */
    private void readAll(StunMessage message) {
        for (int type : TYPES) {
            message.text(type);
            message.u32(type);
            message.i64(type);
            message.address(type);
            message.xorAddress(type);
        }
        message.errorCode();
        message.unknownRequired();
        assertTrue(!message.verify(key) || message.has(StunAttribute.MESSAGE_INTEGRITY));
        message.verifySha256(key);
    }

    private void mutated() {
        var source = CORPUS[random.nextInt(CORPUS.length)];
        var bytes = random.nextInt(4) == 0 ? Arrays.copyOf(source, random.nextInt(source.length + 8)) : source.clone();
        for (int n = random.nextInt(4); n > 0 && bytes.length > 0; n--) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
        }
        datagram.set(bytes);
    }

    /** A good header and random attributes, whose lengths are right or nearly so. */
    private void assembled() {
        datagram.setLength(512);
        int at = StunMessage.HEADER_LENGTH;
        for (int n = random.nextInt(6); n > 0; n--) {
            int length = random.nextBoolean() ? new int[] {0, 4, 8, 20, 32}[random.nextInt(5)] : random.nextInt(40);
            datagram.put16(at, TYPES[random.nextInt(TYPES.length)]);
            datagram.put16(at + 2, random.nextInt(20) == 0 ? random.nextInt(70_000) : length);
            for (int i = 0; i < length; i++) {
                datagram.put8(at + 4 + i, random.nextInt(4) == 0 ? random.nextInt() : random.nextInt(6));
            }
            at += 4 + (length + 3) / 4 * 4;
        }
        datagram.put16(0, random.nextInt(0x4000));
        datagram.put16(2, at - StunMessage.HEADER_LENGTH);
        datagram.put32(4, StunMessage.MAGIC_COOKIE);
        datagram.setLength(at);
    }

    private void noise() {
        var bytes = new byte[random.nextInt(200)];
        random.nextBytes(bytes);
        datagram.set(bytes);
        if (bytes.length >= 8 && random.nextBoolean()) {
            datagram.put32(4, StunMessage.MAGIC_COOKIE);
            datagram.put16(2, bytes.length - StunMessage.HEADER_LENGTH);
        }
    }
}
