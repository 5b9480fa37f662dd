package dev.stoa.dtls;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FingerprintTest {
    /** FIPS 180-2, appendix B.1: SHA-256 of "abc". */
    private static final String ABC =
            "BA:78:16:BF:8F:01:CF:EA:41:41:40:DE:5D:AE:22:23:B0:03:61:A3:96:17:7A:9C:B4:10:FF:61:F2:00:15:AD";

    private static final byte[] ABC_BYTES = "abc".getBytes(StandardCharsets.US_ASCII);

    @Test
    void isTheHashOfTheCertificate() {
        assertEquals(new Fingerprint("sha-256", ABC), Fingerprint.of("sha-256", ABC_BYTES));
        assertEquals("sha-256 " + ABC, Fingerprint.of("sha-256", ABC_BYTES).toString());
    }

    @Test
    void readsWhatItWritesInAnyCase() {
        for (var hash : new String[] {"sha-256", "sha-384", "sha-512"}) {
            var fingerprint = Fingerprint.of(hash, ABC_BYTES);
            assertEquals(fingerprint, Fingerprint.parse(fingerprint.toString()));
        }
        var lower = requireNonNull(Fingerprint.parse("SHA-256 " + ABC.toLowerCase(java.util.Locale.ROOT)));
        assertTrue(lower.matches(ABC_BYTES));
        assertFalse(lower.matches(new byte[1]));
    }

    @Test
    void passesOverWhatIsWeakUnknownOrMalformed() {
        assertNull(Fingerprint.parse("sha-1 BA:78:16:BF:8F:01:CF:EA:41:41:40:DE:5D:AE:22:23:B0:03:61:A3"));
        assertNull(Fingerprint.parse("md5 00"));
        assertNull(Fingerprint.parse("sha-256"));
        assertNull(Fingerprint.parse("sha-256 "));
        assertNull(Fingerprint.parse("sha-256 " + ABC + ":00"));
        assertNull(Fingerprint.parse("sha-256 " + ABC.replace(':', '-')));
        assertNull(Fingerprint.parse("sha-384 " + ABC));
        assertNull(Fingerprint.parse("x".repeat(100_000)));
        assertThrows(IllegalArgumentException.class, () -> new Fingerprint("sha-256", "00"));
        assertThrows(IllegalArgumentException.class, () -> Fingerprint.of("sha-1", ABC_BYTES));
    }

    @Test
    void noTextThrows() {
        long seed = 8122;
        var random = new Random(seed);
        var valid = "sha-256 " + ABC;
        int refused = 0;
        for (int i = 0; i < 20_000; i++) {
            var text = new StringBuilder(valid);
            for (int n = random.nextInt(3); n >= 0; n--) {
                text.setCharAt(random.nextInt(text.length()), (char) random.nextInt(0x300));
            }
            if (Fingerprint.parse(text.toString()) == null) {
                refused++;
            }
        }
        assertTrue(refused > 10_000, "seed " + seed);
    }
}
