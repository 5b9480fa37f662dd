package dev.stoa.rtp;

/**
 * A whole frame as a decoder takes it: VP8 and VP9 as they are, H.264 in the byte stream format, AV1 in the low-overhead
 * format without temporal delimiter, Opus as it is.
 */
public final class EncodedFrame {
    private final byte[] data;
    private final int timestamp;
    private final boolean keyFrame;
    private final boolean afterLoss;

    EncodedFrame(byte[] data, int timestamp, boolean keyFrame, boolean afterLoss) {
        this.data = data;
        this.timestamp = timestamp;
        this.keyFrame = keyFrame;
        this.afterLoss = afterLoss;
    }

    /** The frame's own bytes: the caller may keep and change them. */
    public byte[] data() {
        return data;
    }

    /** The RTP timestamp, 32 bits as they are. */
    public int timestamp() {
        return timestamp;
    }

    /** Whether decoding can begin here. Always true for audio. */
    public boolean keyFrame() {
        return keyFrame;
    }

    /** Whether something before it was lost: unless it is a key frame, it may show damage. */
    public boolean afterLoss() {
        return afterLoss;
    }
}
