package dev.stoa.rtp;

import dev.stoa.wire.Datagram;

/**
 * VP9 frames of one spatial and temporal layer, each of which refers to the one before it unless it is a key frame, to
 * payloads in flexible mode (RFC 9628, 4.2).
 */
public final class Vp9Packetizer implements Packetizer {
    private static final int KEY_DESCRIPTOR_LENGTH = 4;
    private static final int DESCRIPTOR_LENGTH = 5;

    private final Slices slices = new Slices();
    private final int maxPayload;
    private int pictureId;
    private boolean keyFrame;
    private boolean first;

    /** @param firstPictureId random (RFC 9628, 4.2); each frame has the next one */
    public Vp9Packetizer(int maxPayload, int firstPictureId) {
        this.maxPayload = maxPayload;
        this.pictureId = firstPictureId - 1 & 0x7FFF;
    }

    @Override
    public void begin(byte[] frame, boolean keyFrame) {
        pictureId = pictureId + 1 & 0x7FFF;
        this.keyFrame = keyFrame;
        first = true;
        slices.begin(frame, 0, frame.length, maxPayload - DESCRIPTOR_LENGTH);
    }

    @Override
    public int next(Datagram target, int at) {
        if (slices.isEmpty()) {
            return 0;
        }
        int descriptor = keyFrame ? KEY_DESCRIPTOR_LENGTH : DESCRIPTOR_LENGTH;
        int length = slices.next(target, at + descriptor);
        int head = 0x80 | 0x20 | 0x10; // I, L, F
        head |= keyFrame ? 0 : 0x40;
        head |= first ? 0x08 : 0;
        head |= slices.isEmpty() ? 0x04 : 0;
        target.put8(at, head | 0x01);
        target.put16(at + 1, 0x8000 | pictureId);
        target.put8(at + 3, 0); // temporal and spatial layer 0
        if (!keyFrame) {
            target.put8(at + 4, 1 << 1); // P_DIFF 1, and no more
        }
        first = false;
        return descriptor + length;
    }

    @Override
    public boolean isLast() {
        return slices.isEmpty();
    }
}
