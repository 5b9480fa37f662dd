package dev.stoa.rtp;

import dev.stoa.wire.Datagram;

/**
 * Cuts encoded frames into RTP payloads of one codec.
 *
 * <p>Calling contract: {@link #begin} with a whole frame, then {@link #next} until it returns 0, which gives each payload;
 * the payload of which {@link #isLast} says true has the RTP marker. The frame's bytes are not kept after that, and not
 * changed. {@link #next} does not allocate.
 */
public sealed interface Packetizer permits Vp8Packetizer, Vp9Packetizer, H264Packetizer, Av1Packetizer, OpusPacketizer {
    /** Room for an RTP header with extensions, SRTP, UDP, IPv6 and TURN in 1280 bytes of path MTU. */
    int DEFAULT_MAX_PAYLOAD = 1100;

    /** @param frame one encoded frame, not empty; what it looks like is said by each packetizer */
    void begin(byte[] frame, boolean keyFrame);

    /**
     * Writes the next payload.
     *
     * @param at where in {@code target} the payload goes, after the RTP header
     * @return its length, 0 when the frame is done
     */
    int next(Datagram target, int at);

    /** Whether the payload written last is the last of its frame. */
    boolean isLast();
}
