package dev.stoa.stun;

import java.util.random.RandomGenerator;

/**
 * What ties an answer to its request (RFC 8489, 5): 96 bits, to be drawn from a generator nobody can guess.
 *
 * @param high the first 64 bits
 * @param low the last 32 bits
 */
public record TransactionId(long high, int low) {
    public static TransactionId random(RandomGenerator random) {
        return new TransactionId(random.nextLong(), random.nextInt());
    }

    @Override
    public String toString() {
        return String.format("%016x%08x", high, low);
    }
}
