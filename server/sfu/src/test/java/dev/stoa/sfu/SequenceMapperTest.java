package dev.stoa.sfu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SequenceMapperTest {
    private final SequenceMapper mapper = new SequenceMapper(100);

    @Test
    void numbersFromTheGivenOneOn() {
        mapper.begin(5000);
        assertEquals(100, mapper.map(5000));
        assertEquals(101, mapper.map(5001));
    }

    @Test
    void keepsThePlaceOfWhatIsMissing() {
        mapper.begin(5000);
        mapper.map(5000);
        assertEquals(103, mapper.map(5003));
        assertEquals(101, mapper.map(5001));
        assertEquals(103, mapper.lastOutput());
    }

    @Test
    void closesTheGapOfWhatIsSkipped() {
        mapper.begin(5000);
        mapper.map(5000);
        assertTrue(mapper.skip(5001));
        assertTrue(mapper.skip(5002));
        assertEquals(101, mapper.map(5003));
        assertTrue(mapper.skip(5004));
        assertEquals(102, mapper.map(5005));
    }

    @Test
    void mapsWhatComesLateFromBeforeASkip() {
        mapper.begin(5000);
        mapper.map(5000);
        mapper.skip(5002);
        assertEquals(102, mapper.map(5003));
        assertEquals(101, mapper.map(5001));
    }

    @Test
    void refusesToSkipWhatHasItsPlaceAlready() {
        mapper.begin(5000);
        mapper.map(5002);
        assertFalse(mapper.skip(5001));
        assertEquals(101, mapper.map(5001));
    }

    @Test
    void hasNoNumberForWhatCameBeforeTheBeginning() {
        mapper.begin(5000);
        assertEquals(SequenceMapper.NONE, mapper.map(4999));
    }

    @Test
    void goesOnWithAnotherStream() {
        mapper.begin(5000);
        mapper.map(5000);
        mapper.map(5001);
        mapper.begin(70);
        assertEquals(102, mapper.map(70));
        assertEquals(SequenceMapper.NONE, mapper.unmap(101));
        assertEquals(70, mapper.unmap(102));
    }

    @Test
    void hasNoInputForANumberThatWasNotGiven() {
        mapper.begin(5000);
        mapper.map(5000);
        assertEquals(SequenceMapper.NONE, mapper.unmap(101));
        assertEquals(SequenceMapper.NONE, mapper.unmap(99));
    }

    @Test
    void wrapsAroundOnBothSides() {
        var wrapping = new SequenceMapper(65_534);
        wrapping.begin(131_070); // 16 bits: 65534
        for (int i = 0; i < 5; i++) {
            assertEquals(65_534 + i, wrapping.map(131_070 + i));
            assertEquals(131_070 + i, wrapping.unmap(65_534 + i));
        }
    }

    @Test
    void forgetsTheOldestSkipsAndWhatWasBeforeThem() {
        mapper.begin(0);
        long input = 0;
        for (int i = 0; i < SequenceMapper.MAX_SKIPS + 5; i++) {
            assertEquals(100 + i, mapper.map(input++));
            assertTrue(mapper.skip(input++));
        }
        assertEquals(100 + SequenceMapper.MAX_SKIPS + 5, mapper.map(input));
        assertEquals(SequenceMapper.NONE, mapper.map(4));
        assertEquals(SequenceMapper.NONE, mapper.unmap(101));
    }

    /** Against a model that remembers everything. */
    @Test
    void givesEachInputOneNumberWithoutGapsWhateverTheOrder() {
        for (long seed = 0; seed < 300; seed++) {
            var random = new Random(seed);
            var own = new SequenceMapper(random.nextInt(1 << 15));
            long base = random.nextInt(1 << 20);
            own.begin(base);
            var outputs = new TreeMap<Long, Long>();
            var given = new HashMap<Long, Long>();
            long newest = base - 1;
            for (int i = 0; i < 400; i++) {
                long input = newest + 1 + random.nextInt(4) - (random.nextInt(4) == 0 ? random.nextInt(20) : 0);
                String where = "seed " + seed + " input " + (input - base);
                if (random.nextInt(10) == 0) {
                    boolean skipped = own.skip(input);
                    assertEquals(input > newest, skipped, where);
                } else {
                    long output = own.map(input);
                    if (output >= 0) {
                        var before = given.put(input, output);
                        assertTrue(before == null || before == output, where);
                        var owner = outputs.put(output, input);
                        assertTrue(owner == null || owner == input, where);
                        assertEquals(input, own.unmap(output), where);
                    }
                }
                newest = Math.max(newest, input);
            }
            long last = Long.MIN_VALUE;
            for (long input : outputs.values()) {
                assertTrue(input > last, "seed " + seed + ": order is kept");
                last = input;
            }
        }
    }
}
