package dev.stoa.ice;

import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Whether the other side still wants what is sent over the selected pair (RFC 7675, 5.1). */
final class Consent {
    static final long INTERVAL_NANOS = 5_000_000_000L;

    /**
     * How soon to ask again when no answer came. RFC 7675 would wait for the interval to pass; at a loss of 20 % each way
     * that ends four sessions in ten within half an hour though the path works.
     */
    static final long IMPATIENT_NANOS = 1_000_000_000L;

    /** Several questions without an answer. */
    static final long DISCONNECTED_NANOS = 10_000_000_000L;

    static final long EXPIRY_NANOS = 30_000_000_000L;

    private final RandomGenerator random;
    private @Nullable CheckPair pair;
    private @Nullable Generation generation;
    private long freshNanos;
    private long askNanos;

    Consent(RandomGenerator random) {
        this.random = random;
    }

    /** The selected pair, of the present generation or of the one before. */
    @Nullable CheckPair pair() {
        return pair;
    }

    @Nullable Generation generation() {
        return generation;
    }

    /** A pair is selected: its check was the first consent. */
    void watch(long nowNanos, CheckPair selected, Generation of) {
        pair = selected;
        generation = of;
        refresh(nowNanos);
    }

    void stop() {
        pair = null;
        generation = null;
    }

    /** An answer came. The next question comes after four to six seconds, so that many sessions do not ask in step. */
    void refresh(long nowNanos) {
        freshNanos = nowNanos;
        askNanos = nowNanos + (long) (INTERVAL_NANOS * (0.8 + 0.4 * random.nextDouble()));
    }

    /** Its socket is gone: nothing can come any more, but a restart may still be quick enough. */
    void doubt(long nowNanos) {
        freshNanos = Math.min(freshNanos, nowNanos - DISCONNECTED_NANOS);
    }

    void asked(long nowNanos) {
        askNanos = nowNanos + IMPATIENT_NANOS;
    }

    boolean isToAsk(long nowNanos) {
        return nowNanos >= askNanos;
    }

    boolean isSilent(long nowNanos) {
        return nowNanos - freshNanos >= DISCONNECTED_NANOS;
    }

    boolean isExpired(long nowNanos) {
        return nowNanos - freshNanos >= EXPIRY_NANOS;
    }

    /** @param silent whether it is known to be silent already */
    long nextNanos(boolean silent) {
        return Math.min(askNanos, freshNanos + (silent ? EXPIRY_NANOS : DISCONNECTED_NANOS));
    }
}
