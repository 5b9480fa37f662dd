package dev.stoa.turn;

import java.util.List;

/**
 * What a TURN server is told once.
 *
 * @param realm at most {@link #MAX_REALM_BYTES} bytes, so that a challenge stays small
 * @param own addresses of this machine; without a {@link OwnAddresses#relays relay address} nothing can be allocated
 * @param allowed peers that are allowed though they are special or denied
 * @param denied peers that are refused besides the special ones
 */
public record TurnSettings(
        String realm, OwnAddresses own, List<AddressRange> allowed, List<AddressRange> denied, Limits limits) {
    public static final int MAX_REALM_BYTES = 40;

    /**
     * What users may have.
     *
     * @param minPort of relayed addresses
     * @param allocations in all
     * @param allocationsPerUser of one user
     * @param bitrateBps of what is relayed both ways, without headers; 0 is no limit
     * @param bitratePerUserBps the same of one user
     * @param lifetimeSeconds the longest that an allocation lives without a refresh
     */
    public record Limits(
            int minPort,
            int maxPort,
            int allocations,
            int allocationsPerUser,
            long bitrateBps,
            long bitratePerUserBps,
            int lifetimeSeconds) {
        public static final Limits DEFAULT = new Limits(49_152, 65_535, 4_000, 1_000, 0, 0, 3_600);

        public Limits {
            if (minPort < 1 || maxPort > 65_535 || minPort > maxPort) {
                throw new IllegalArgumentException("ports from " + minPort + " to " + maxPort);
            }
        }
    }

    public TurnSettings {
        allowed = List.copyOf(allowed);
        denied = List.copyOf(denied);
    }
}
