package dev.stoa.rtp;

import dev.stoa.wire.Malformation;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Puts the packets of one stream together to whole frames.
 *
 * <p>Calling contract: {@link #handlePacket} with packets in order, as {@link JitterBuffer} releases them, with their
 * padding-only ones, then {@link #pollFrame} until it returns null. A frame of which a packet is missing is dropped; the
 * next one says {@link EncodedFrame#afterLoss}.
 */
public final class FrameAssembler {
    /** More than any frame has; a stream without markers must not fill the memory. */
    public static final int MAX_FRAME_BYTES = 8 << 20;

    private final Depacketizer depacketizer;
    private final boolean frameInEachPacket;
    private final FrameBuffer buffer = new FrameBuffer(MAX_FRAME_BYTES);
    private final ArrayDeque<EncodedFrame> frames = new ArrayDeque<>();
    private boolean open;
    private boolean keyFrame;
    private int timestamp;
    /** Whether the packet before was the last of its frame, so that a frame begins with the next. */
    private boolean atBoundary;

    private boolean lost;

    private FrameAssembler(Depacketizer depacketizer, boolean frameInEachPacket) {
        this.depacketizer = depacketizer;
        this.frameInEachPacket = frameInEachPacket;
    }

    public static FrameAssembler vp8() {
        return new FrameAssembler(new Depacketizers.Vp8(), false);
    }

    public static FrameAssembler vp9() {
        return new FrameAssembler(new Depacketizers.Vp9(), false);
    }

    public static FrameAssembler h264() {
        return new FrameAssembler(new Depacketizers.H264(), false);
    }

    public static FrameAssembler av1() {
        return new FrameAssembler(new Depacketizers.Av1(), false);
    }

    public static FrameAssembler opus() {
        return new FrameAssembler(new Depacketizers.Opus(), true);
    }

    /**
     * @param gapBefore whether packets between this and the one before are lost
     * @return why the payload was refused, which costs its frame; null when it was not
     */
    public @Nullable Malformation handlePacket(RtpPacket packet, boolean gapBefore) {
        if (gapBefore) {
            drop();
        }
        if (packet.payloadLength() == 0) {
            return null; // a probe between two frames
        }
        var malformation = depacketizer.wrap(packet.datagram(), packet.payloadOffset(), packet.payloadLength());
        if (malformation != null) {
            drop();
            return malformation;
        }
        if (open && packet.timestamp() != timestamp) {
            finish(); // a sender that sets no marker
            atBoundary = true;
        }
        if (!open && !begin(packet)) {
            // Within a frame whose beginning is lost.
            lost = true;
            atBoundary = packet.marker();
            return null;
        }
        keyFrame |= depacketizer.keyFrame();
        if (!depacketizer.append(buffer) || buffer.overflowed()) {
            drop();
            return Malformation.BAD_VALUE;
        }
        if (packet.marker() || frameInEachPacket) {
            finish();
        }
        return null;
    }

    /** The next whole frame, null when there is none. */
    public @Nullable EncodedFrame pollFrame() {
        return frames.poll();
    }

    private boolean begin(RtpPacket packet) {
        if (!atBoundary && !depacketizer.startOfFrame()) {
            return false;
        }
        open = true;
        keyFrame = false;
        timestamp = packet.timestamp();
        atBoundary = false;
        buffer.clear();
        depacketizer.reset();
        return true;
    }

    private void finish() {
        if (depacketizer.isWhole()) {
            frames.add(new EncodedFrame(buffer.toArray(), timestamp, keyFrame, lost));
            lost = false;
        } else {
            lost = true;
        }
        open = false;
        atBoundary = true;
    }

    private void drop() {
        open = false;
        atBoundary = false;
        lost = true;
    }
}
