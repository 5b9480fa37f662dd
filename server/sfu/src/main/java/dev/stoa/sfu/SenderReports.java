package dev.stoa.sfu;

import dev.stoa.rtp.NtpTime;
import org.jspecify.annotations.Nullable;

/**
 * The sender reports of one outgoing stream that a receiver may refer to. Their NTP times are publishers', so the round-trip
 * time is reckoned from when each was sent, by our clock (RFC 3550, 6.4.1).
 */
final class SenderReports {
    private static final int KEPT = 4;

    private final int[] lastSenderReports = new int[KEPT];
    private final long[] sentNanos = new long[KEPT];
    private int count;
    private @Nullable TrackSource reported;

    void handleSent(long nowNanos, long ntp, TrackSource source) {
        lastSenderReports[count % KEPT] = NtpTime.compact(ntp);
        sentNanos[count % KEPT] = nowNanos;
        count++;
        reported = source;
    }

    /** Whether the last report was of this source. */
    boolean isReported(@Nullable TrackSource source) {
        return reported == source;
    }

    /** -1 when the report that is referred to is none of the last ones. */
    long roundTripNanos(long nowNanos, int lastSenderReport, long delaySinceLastSenderReport) {
        for (int i = 0; i < Math.min(count, KEPT); i++) {
            if (lastSenderReports[i] == lastSenderReport) {
                return Math.max(0, nowNanos - sentNanos[i] - NtpTime.compactToNanos(delaySinceLastSenderReport));
            }
        }
        return -1;
    }
}
