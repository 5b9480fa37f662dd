package dev.stoa.dtls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.stoa.wire.Malformation;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DtlsRecordsTest {
    /** A ServerHelloDone, number 5, and behind it a change of cipher and an encrypted record of 24 bytes. */
    private static final String PLAIN = "16fefd0000000000000005000c" + "0e0000000005000000000000";

    private static final String CHANGE = "14fefd0000000000000006000101";
    private static final String ENCRYPTED = "16fefd00010000000000000018" + "00".repeat(24);

    private static @Nullable Malformation check(String hex) {
        return DtlsRecords.check(HexFormat.of().parseHex(hex));
    }

    @Test
    void acceptsSeveralRecordsInADatagram() {
        assertNull(check(PLAIN + CHANGE + ENCRYPTED));
    }

    @Test
    void refusesWhatIsCut() {
        var all = HexFormat.of().parseHex(PLAIN + CHANGE + ENCRYPTED);
        for (int length = 0; length < all.length; length++) {
            if (length != 25 && length != 39) {
                assertEquals(Malformation.TRUNCATED, DtlsRecords.check(Arrays.copyOf(all, length)), "length " + length);
            }
        }
    }

    @Test
    void refusesAMessageThatClaimsToBeHuge() {
        assertEquals(Malformation.TOO_MANY, check("16fefd0000000000000005000d" + "01ffffff000000000000000100"));
    }

    @Test
    void refusesAFragmentOutsideItsMessage() {
        assertEquals(Malformation.BAD_LENGTH, check("16fefd0000000000000005000d" + "010000050000000005000001ff"));
    }

    @Test
    void refusesAnEmptyFragmentOfAMessageThatIsNotEmpty() {
        assertEquals(Malformation.BAD_LENGTH, check("16fefd0000000000000005000c" + "010000050000000000000000"));
    }

    @Test
    void refusesAnEncryptedRecordTooShortForItsTag() {
        assertEquals(Malformation.BAD_LENGTH, check("17fefd00010000000000000017" + "00".repeat(23)));
    }

    @Test
    void refusesEmptyRecords() {
        assertEquals(Malformation.BAD_LENGTH, check("16fefd00000000000000050000"));
        assertEquals(Malformation.BAD_LENGTH, check("15fefd00000000000000050000"));
    }

    @Test
    void refusesOtherProtocolsTypesAndEpochs() {
        assertEquals(Malformation.BAD_MAGIC, check("16030300000000000000050001" + "00"));
        assertEquals(Malformation.UNKNOWN_TYPE, check("18fefd00000000000000050001" + "00"));
        assertEquals(Malformation.UNKNOWN_TYPE, check("17fefd00000000000000050001" + "00"));
        assertEquals(Malformation.BAD_VALUE, check("16fefd00020000000000000018" + "00".repeat(24)));
    }

    @Test
    void noInputThrows() {
        long seed = 4;
        var random = new Random(seed);
        var valid = HexFormat.of().parseHex(PLAIN + CHANGE + ENCRYPTED);
        int refused = 0;
        for (int i = 0; i < 50_000; i++) {
            byte[] input;
            if (i % 2 == 0) {
                input = new byte[random.nextInt(80)];
                random.nextBytes(input);
            } else {
                input = valid.clone();
                for (int n = random.nextInt(4); n >= 0; n--) {
                    input[random.nextInt(input.length)] = (byte) random.nextInt();
                }
            }
            if (DtlsRecords.check(input) != null) {
                refused++;
            } else if (DtlsRecords.isClientHello(input)) {
                var random32 = DtlsRecords.clientRandom(input);
                assertEquals(32, random32 == null ? 32 : random32.length, "seed " + seed + ", input " + i);
            }
        }
        assertEquals(true, refused > 25_000, "seed " + seed);
    }
}
