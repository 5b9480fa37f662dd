package dev.stoa.sfu;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Which source a publisher's SSRC belongs to: few, so they are looked through. */
final class SsrcTable {
    private final long[] ssrcs;
    private final @Nullable TrackSource[] sources;
    private int count;

    SsrcTable(int max) {
        ssrcs = new long[max];
        sources = new TrackSource[max];
    }

    @Nullable TrackSource find(long ssrc) {
        for (int i = 0; i < count; i++) {
            if (ssrcs[i] == ssrc) {
                return sources[i];
            }
        }
        return null;
    }

    /** False when it is full. */
    boolean put(long ssrc, TrackSource source) {
        remove(ssrc);
        if (count == ssrcs.length) {
            return false;
        }
        ssrcs[count] = ssrc;
        sources[count] = source;
        count++;
        return true;
    }

    void remove(long ssrc) {
        for (int i = 0; i < count; i++) {
            if (ssrcs[i] == ssrc) {
                count--;
                ssrcs[i] = ssrcs[count];
                sources[i] = sources[count];
                Arrays.fill(sources, count, count + 1, null);
                return;
            }
        }
    }

    int size() {
        return count;
    }
}
