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
    static final int MAX_SKIPS = 32;

    private final long[] skipStart = new long[MAX_SKIPS];
    private final long[] skipEnd = new long[MAX_SKIPS];
    private int skips;
    /** What was skipped in runs that are forgotten, which end before {@link #inputFloor}. */
    private long skippedBefore;

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
        inputBase = input;
        inputFloor = input;
        outputBase = lastOutput + 1;
        highestInput = input - 1;
        skips = 0;
        skippedBefore = 0;
    }

    /** The output number, {@link #NONE} for what came before the beginning, was skipped, or is too old. */
    long map(long input) {
        if (input < inputFloor) {
            return NONE;
        }
        long output = outputBase + (input - inputBase) - skippedBefore;
        for (int i = 0; i < skips && skipStart[i] <= input; i++) {
            if (input <= skipEnd[i]) {
                return NONE;
            }
            output -= skipEnd[i] - skipStart[i] + 1;
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
        if (skips > 0 && skipEnd[skips - 1] == input - 1) {
            skipEnd[skips - 1] = input;
            return true;
        }
        if (skips == MAX_SKIPS) {
            skippedBefore += skipEnd[0] - skipStart[0] + 1;
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
        long input = inputBase + (output - outputBase) + skippedBefore;
        if (input < inputFloor) {
            return NONE;
        }
        for (int i = 0; i < skips && skipStart[i] <= input; i++) {
            input += skipEnd[i] - skipStart[i] + 1;
        }
        return input;
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
