package dev.stoa.rtp;

import dev.stoa.wire.Datagram;
import dev.stoa.wire.Malformation;
import org.jspecify.annotations.Nullable;

/** What {@link FrameAssembler} must know of a codec's payloads. */
interface Depacketizer {
    /** Looks at a payload; the other methods are about it. */
    @Nullable Malformation wrap(Datagram packet, int offset, int length);

    /** Whether the payload itself proves that a frame begins with it. */
    boolean startOfFrame();

    boolean keyFrame();

    /** Adds the payload to the frame; false when it does not continue what is there. */
    boolean append(FrameBuffer frame);

    /** Whether what was added is a whole frame. */
    boolean isWhole();

    /** Forgets what it remembers of the frame begun. */
    void reset();
}
