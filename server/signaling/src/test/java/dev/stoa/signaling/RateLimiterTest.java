package dev.stoa.signaling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class RateLimiterTest {
    private static final long SECOND = 1_000_000_000L;

    @Test
    void afterTheBurstOnlyTheSteadyRateIsLeft() {
        var limiter = new RateLimiter(5, 20, 100);
        int taken = 0;
        for (int i = 0; i < 10_000; i++) {
            taken += limiter.tryAcquire("a", i * SECOND / 10_000) ? 1 : 0;
        }
        assertEquals(24, taken);
        assertTrue(limiter.tryAcquire("a", 2 * SECOND));
    }

    @Test
    void keysDoNotShareABudget() {
        var limiter = new RateLimiter(1, 1, 100);
        assertTrue(limiter.tryAcquire("a", 0));
        assertFalse(limiter.tryAcquire("a", 0));
        assertTrue(limiter.tryAcquire("b", 0));
    }

    @Test
    void zeroMeansNoLimit() {
        var limiter = new RateLimiter(0, 0, 100);
        for (int i = 0; i < 1_000; i++) {
            assertTrue(limiter.tryAcquire("a", 0));
        }
    }

    @Test
    void aFloodOfSourcesDoesNotGrowIt() {
        var limiter = new RateLimiter(1, 1, 100);
        for (int i = 0; i < 10_000; i++) {
            limiter.tryAcquire("source " + i, 0);
        }
        assertEquals(100, limiter.size());
    }
}
