package dev.stoa.fuzz;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

/** Ways to write seeds down. */
final class Seeds {
    private Seeds() {}

    static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits.replaceAll("\\s", ""));
    }

    /** For sequences any bytes say something. */
    static List<byte[]> sequences(int count, int length) {
        var random = new Random(count);
        var seeds = new ArrayList<byte[]>();
        for (int i = 0; i < count; i++) {
            var seed = new byte[length];
            random.nextBytes(seed);
            seeds.add(seed);
        }
        return seeds;
    }
}
