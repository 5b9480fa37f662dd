package dev.stoa.rtp;

import dev.stoa.wire.Datagram;
import dev.stoa.wire.Malformation;
import org.jspecify.annotations.Nullable;

/**
 * The head of an Opus packet (RFC 6716, 3.1), which is an RTP payload as it is (RFC 7587, 4.2).
 *
 * <pre>
 *  0 1 2 3 4 5 6 7
 * | config  |s| c |   s: stereo; c: 1, 2 equal, 2 or any number of frames
 * </pre>
 */
public final class OpusPayload {
    /** The RTP clock, whatever the audio's own rate (RFC 7587, 4.1). */
    public static final int CLOCK_RATE = 48_000;
    /** 120 ms (RFC 6716, 3.2.5). */
    public static final int MAX_DURATION = 5760;

    private static final int[] SILK = {480, 960, 1920, 2880};
    private static final int[] CELT = {120, 240, 480, 960};

    private int toc;
    private int length;
    private int frames;

    public OpusPayload() {}

    /** Looks at the {@code length} bytes from {@code offset} on. Null when they are an Opus packet. */
    public @Nullable Malformation wrap(Datagram packet, int offset, int length) {
        if (length < 1) {
            return Malformation.TRUNCATED;
        }
        this.length = length;
        toc = packet.u8(offset);
        int code = toc & 3;
        if (code == 3) {
            if (length < 2) {
                return Malformation.TRUNCATED;
            }
            frames = packet.u8(offset + 1) & 0x3F;
        } else {
            frames = code == 0 ? 1 : 2;
        }
        if (code == 1 && length % 2 == 0) {
            return Malformation.BAD_LENGTH; // RFC 6716, 3.2.3: two frames of one length
        }
        return frames == 0 || duration() > MAX_DURATION ? Malformation.BAD_VALUE : null;
    }

    /** In units of the 48 kHz clock: how far the timestamp of the next packet is ahead. */
    public int duration() {
        return frames * frameDuration();
    }

    /** Of one frame, in units of the 48 kHz clock. */
    public int frameDuration() {
        int config = toc >>> 3;
        if (config < 12) {
            return SILK[config & 3];
        }
        return config < 16 ? 480 << (config & 1) : CELT[config & 3];
    }

    public int frameCount() {
        return frames;
    }

    public boolean stereo() {
        return (toc & 4) != 0;
    }

    /** Whether the encoder sent it in place of silence: a packet with hardly more than its head (RFC 6716, 2.1.9). */
    public boolean discontinuous() {
        return length <= 2;
    }
}
