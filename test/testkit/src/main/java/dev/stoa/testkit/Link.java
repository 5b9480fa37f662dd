package dev.stoa.testkit;

/**
 * What happens to datagrams on their way.
 *
 * @param loss the part that is lost, 0 to 1
 * @param duplication the part that comes twice
 * @param delayNanos how long every datagram takes at least
 * @param jitterNanos how much longer it may take; datagrams overtake each other when it is more than their distance
 */
public record Link(double loss, double duplication, long delayNanos, long jitterNanos) {
    /** 10 ms, and nothing is lost. */
    public static final Link GOOD = new Link(0, 0, 10_000_000, 0);

    /** Nothing arrives. */
    public static final Link DOWN = new Link(1, 0, 0, 0);

    public Link withLoss(double other) {
        return new Link(other, duplication, delayNanos, jitterNanos);
    }
}
