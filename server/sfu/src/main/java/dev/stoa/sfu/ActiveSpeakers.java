package dev.stoa.sfu;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Who speaks, and who spoke lately. As with dominant speaker identification (Volfin and Cohen, 2012) short sounds do not
 * count and short pauses do not either, but with two spans of time instead of three and without their likelihoods: the
 * loudness is smoothed over a syllable ({@link Loudness}), and whoever is to be the speaker has to be clearly louder than
 * the one before for most of a second. What slots show depends on the order, not on the instant, so more is not needed.
 *
 * <p>Calling contract: {@link #update} a few times in a second.
 */
final class ActiveSpeakers {
    /** How loud speech is at least: -60 dBov, smoothed. */
    static final double SPEECH = 127 - 60;

    /** How much louder, in dB, than the present speaker. */
    static final double MARGIN = 6;

    /** For how long. */
    static final long SUSTAIN_NANOS = 600_000_000L;

    /** Who never spoke. */
    static final int SILENT = Integer.MAX_VALUE;

    /** The present speaker, the one before, and so on. */
    private final List<String> order = new ArrayList<>();

    private String challenger = "";
    private long sinceNanos;

    /**
     * Listens.
     *
     * @param loudness of all who are there, 0 to 127, smoothed
     * @return whether somebody else is the speaker now
     */
    boolean update(long nowNanos, Map<String, Double> loudness) {
        order.removeIf(who -> !loudness.containsKey(who));
        var present = order.isEmpty() ? "" : order.getFirst();
        double needed = Math.max(SPEECH, loudness.getOrDefault(present, 0.0) + MARGIN);
        var loudest = "";
        for (var entry : loudness.entrySet()) {
            if (!entry.getKey().equals(present) && entry.getValue() >= needed) {
                loudest = entry.getKey();
                needed = entry.getValue();
            }
        }
        if (!loudest.equals(challenger)) {
            challenger = loudest;
            sinceNanos = nowNanos;
        }
        if (challenger.isEmpty() || nowNanos - sinceNanos < SUSTAIN_NANOS) {
            return false;
        }
        order.remove(challenger);
        order.addFirst(challenger);
        challenger = "";
        return true;
    }

    /** 0 for the present speaker, 1 for the one before, {@link #SILENT} for who did not speak. */
    int rank(String participant) {
        int at = order.indexOf(participant);
        return at < 0 ? SILENT : at;
    }
}
