package dev.stoa.sfu;

/**
 * Numbers what is forwarded without gaps, also where something is left out or another stream goes on. Numbers are extended
 * ones, with wraps counted. Input that is missing keeps its place free, so that it fits in when it comes late.
 *
 * <p>Calling contract: {@link #begin} with the first packet to be forwarded, at the start and after each change of stream
 * or pause; then {@link #map} or {@link #skip} for each packet, in any order. Nothing allocates.
 */
final class SequenceMapper {
    static final long NONE = -1;

    /** Runs of skipped input that are remembered; what is older than the oldest one has no number any more. */
    static final int MAX_SKIPS = 64;

    private final long[] skipStart = new long[MAX_SKIPS];
    private final long[] skipEnd = new long[MAX_SKIPS];
    private int skips;
    /** What was skipped in all, also in runs that are forgotten, which end before {@link #inputFloor}. */
    private long skipped;

    private long inputFloor;
    private long inputBase = Long.MAX_VALUE;
    private long outputBase;
    private long highestInput = Long.MAX_VALUE;
    private long lastOutput;

    /** @param firstOutput the number of the first packet, not negative */
    SequenceMapper(long firstOutput) {
        lastOutput = firstOutput - 1;
        outputBase = firstOutput;
    }

    /** From this input on, it is forwarded after what was before. */
    void begin(long input) {
        begin(input, lastOutput + 1);
    }

    /** The same, with a number of its own for the first. */
    void begin(long input, long firstOutput) {
        inputBase = input;
        inputFloor = input;
        outputBase = firstOutput;
        lastOutput = firstOutput - 1;
        highestInput = input - 1;
        skips = 0;
        skipped = 0;
    }

    /** The output number, {@link #NONE} for what came before the beginning, was skipped, or is too old. */
    long map(long input) {
        if (input < inputFloor) {
            return NONE;
        }
        long output = outputBase + (input - inputBase) - skipped;
        for (int i = skips - 1; i >= 0 && input <= skipEnd[i]; i--) { // from the end: most are new
            if (input >= skipStart[i]) {
                return NONE;
            }
            output += skipEnd[i] - skipStart[i] + 1;
        }
        highestInput = Math.max(highestInput, input);
        lastOutput = Math.max(lastOutput, output);
        return output;
    }

    /** Leaves this one out. False when that is too late: later ones are numbered, its place is there and stays empty. */
    boolean skip(long input) {
        if (input <= highestInput) {
            return false;
        }
        highestInput = input;
        skipped++;
        if (skips > 0 && skipEnd[skips - 1] == input - 1) {
            skipEnd[skips - 1] = input;
            return true;
        }
        if (skips == MAX_SKIPS) {
            inputFloor = skipEnd[0] + 1;
            System.arraycopy(skipStart, 1, skipStart, 0, --skips);
            System.arraycopy(skipEnd, 1, skipEnd, 0, skips);
        }
        skipStart[skips] = input;
        skipEnd[skips] = input;
        skips++;
        return true;
    }

    /** The input that has this output number, {@link #NONE} when it is too old or was never given. */
    long unmap(long output) {
        if (output < outputBase || output > lastOutput) {
            return NONE;
        }
        long input = inputBase + (output - outputBase) + skipped;
        for (int i = skips - 1; i >= 0; i--) {
            long withoutIt = input - (skipEnd[i] - skipStart[i] + 1);
            if (withoutIt >= skipStart[i]) {
                break;
            }
            input = withoutIt;
        }
        return input < inputFloor ? NONE : input;
    }

    /** The number of the first. */
    long firstOutput() {
        return outputBase;
    }

    /** The highest output number given. */
    long lastOutput() {
        return lastOutput;
    }

    /** The highest input that was mapped or skipped. */
    long highestInput() {
        return highestInput;
    }
}
