package dev.stoa.signaling;

import java.util.LinkedHashMap;

/**
 * A token bucket per key, for budgets per source address. Bounded: with more than {@code maxKeys} keys the one unused
 * for longest starts anew. Not thread-safe.
 */
public final class RateLimiter {
    private final double perSecond;
    private final int burst;
    private final int maxKeys;
    private final LinkedHashMap<String, TokenBucket> buckets = new LinkedHashMap<>(16, 0.75f, true);

    /**
     * @param perSecond 0: no limit
     * @param burst how many at once after a rest
     */
    public RateLimiter(double perSecond, int burst, int maxKeys) {
        this.perSecond = perSecond;
        this.burst = burst;
        this.maxKeys = maxKeys;
    }

    /** Takes one from {@code key}'s budget, if there is one. */
    public boolean tryAcquire(String key, long nowNanos) {
        if (perSecond == 0) {
            return true;
        }
        var bucket = buckets.get(key);
        if (bucket == null) {
            if (buckets.size() >= maxKeys) {
                buckets.pollFirstEntry();
            }
            bucket = new TokenBucket(burst, nowNanos);
            buckets.put(key, bucket);
        }
        return bucket.tryTake(perSecond, burst, nowNanos);
    }

    int size() {
        return buckets.size();
    }
}
