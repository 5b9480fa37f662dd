package dev.stoa.rtp;

import dev.stoa.wire.Datagram;

/** Opus packets, each of which is a payload as it is (RFC 7587, 4.2). */
public final class OpusPacketizer implements Packetizer {
    private final int maxPayload;
    private byte[] frame = new byte[0];
    private boolean done = true;

    public OpusPacketizer(int maxPayload) {
        this.maxPayload = maxPayload;
    }

    /** @throws IllegalArgumentException when it is larger than a payload may be: Opus cannot be cut */
    @Override
    public void begin(byte[] frame, boolean keyFrame) {
        if (frame.length > maxPayload) {
            throw new IllegalArgumentException("an Opus packet of " + frame.length + " bytes");
        }
        this.frame = frame;
        done = false;
    }

    @Override
    public int next(Datagram target, int at) {
        if (done) {
            return 0;
        }
        done = true;
        target.put(at, frame, 0, frame.length);
        return frame.length;
    }

    /** RFC 3551, 4.1: with audio the marker begins a talk spurt, so it does not end a frame. */
    @Override
    public boolean isLast() {
        return false;
    }
}
