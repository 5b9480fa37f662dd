package dev.stoa.load;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class LatenciesTest {
    private final Latencies latencies = new Latencies();

    @Test
    void quantilesAreThoseOfWhatWasAdded() {
        for (int millis = 1; millis <= 100; millis++) {
            latencies.add(millis * 1_000_000L);
        }
        assertEquals(50, latencies.quantileMillis(0.5), 0.001);
        assertEquals(99, latencies.quantileMillis(0.99), 0.001);
        assertEquals(100, latencies.maxMillis(), 0.001);
    }

    @Test
    void whatIsLongerThanItsTableIsKnownByTheMaximum() {
        latencies.add(3_000_000_000L);
        assertEquals(3000, latencies.quantileMillis(0.5), 0.001);
    }

    @Test
    void beginsAnew() {
        latencies.add(5_000_000);
        latencies.clear();
        latencies.add(1_000_000);
        assertEquals(1, latencies.quantileMillis(0.99), 0.001);
        assertEquals(1, latencies.maxMillis(), 0.001);
    }
}
