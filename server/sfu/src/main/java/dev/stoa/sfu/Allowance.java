package dev.stoa.sfu;

/** What may be sent to a receiver: the place of an estimate of its bandwidth. Asked a few times in a second. */
public interface Allowance {
    long UNLIMITED_BPS = Long.MAX_VALUE;

    Allowance UNLIMITED = (nowNanos, slot) -> UNLIMITED_BPS;

    /** For the media of this slot, in bits per second; 0: nothing at all. */
    long bitrateBps(long nowNanos, Subscription slot);
}
