package dev.stoa.srtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.HashMap;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SsrcTableTest {
    @Test
    void agreesWithAMapWhileItGrows() {
        long seed = 3550;
        var random = new Random(seed);
        var table = new SsrcTable<Integer>();
        var map = new HashMap<Integer, Integer>();
        for (int i = 0; i < 1000; i++) {
            int ssrc = random.nextInt(700) << 16;
            assertEquals(map.get(ssrc), table.find(ssrc), "seed " + seed);
            table.put(ssrc, i);
            map.put(ssrc, i);
            assertEquals(map.size(), table.size());
        }
        map.forEach((ssrc, value) -> assertEquals(value, table.find(ssrc)));
        assertNull(table.find(1));
    }
}
