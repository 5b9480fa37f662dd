package dev.stoa.rtp;

import dev.stoa.wire.Datagram;

/** VP8 frames, as the encoder gives them, to payloads with a 15-bit picture id (RFC 7741, 4.2 and 4.5). */
public final class Vp8Packetizer implements Packetizer {
    private static final int DESCRIPTOR_LENGTH = 4;

    private final Slices slices = new Slices();
    private final int maxPayload;
    private int pictureId;
    private boolean first;

    /** @param firstPictureId random (RFC 7741, 4.2); each frame has the next one */
    public Vp8Packetizer(int maxPayload, int firstPictureId) {
        this.maxPayload = maxPayload;
        this.pictureId = firstPictureId - 1 & 0x7FFF;
    }

    @Override
    public void begin(byte[] frame, boolean keyFrame) {
        pictureId = pictureId + 1 & 0x7FFF;
        first = true;
        slices.begin(frame, 0, frame.length, maxPayload - DESCRIPTOR_LENGTH);
    }

    @Override
    public int next(Datagram target, int at) {
        if (slices.isEmpty()) {
            return 0;
        }
        target.put8(at, first ? 0x90 : 0x80);
        target.put8(at + 1, 0x80);
        target.put16(at + 2, 0x8000 | pictureId);
        first = false;
        return DESCRIPTOR_LENGTH + slices.next(target, at + DESCRIPTOR_LENGTH);
    }

    @Override
    public boolean isLast() {
        return slices.isEmpty();
    }
}
