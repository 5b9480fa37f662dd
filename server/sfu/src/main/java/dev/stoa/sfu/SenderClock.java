package dev.stoa.sfu;

/**
 * Which moment of a publisher's clock its RTP timestamps stand for: its last sender report, carried on (RFC 3550, 6.4.1).
 * The moment stays the publisher's own, also in the reports to receivers: so what one publisher sends stays in step
 * whatever its clock says.
 */
public final class SenderClock {
    private boolean known;
    private long ntpTimestamp;
    private int rtpTimestamp;
    private long heardAtNanos;

    SenderClock() {}

    void handleReport(long nowNanos, long ntp, int rtp) {
        known = true;
        ntpTimestamp = ntp;
        rtpTimestamp = rtp;
        heardAtNanos = nowNanos;
    }

    void reset() {
        known = false;
    }

    public boolean isKnown() {
        return known;
    }

    /** The NTP timestamp of the publisher's clock, 32.32 fixed point seconds, for a moment of ours. */
    public long ntpAt(long nowNanos) {
        long elapsed = nowNanos - heardAtNanos;
        long seconds = Math.floorDiv(elapsed, 1_000_000_000L);
        long fraction = (Math.floorMod(elapsed, 1_000_000_000L) << 32) / 1_000_000_000L;
        return ntpTimestamp + (seconds << 32) + fraction;
    }

    /** The RTP timestamp of the same moment. */
    public int rtpAt(long nowNanos, int clockRate) {
        return rtpTimestamp + RtpTime.ofNanos(nowNanos - heardAtNanos, clockRate);
    }

    /** The RTP timestamp of a moment of the publisher's clock, not more than hours from the report. */
    int rtpAtNtp(long ntp, int clockRate) {
        return rtpTimestamp + (int) (((ntp - ntpTimestamp) * clockRate) >> 32);
    }

    /** The moment of the last report. */
    long ntpTimestamp() {
        return ntpTimestamp;
    }

    int rtpTimestamp() {
        return rtpTimestamp;
    }
}
