package dev.stoa.sfu;

import dev.stoa.rtp.Av1Payload;
import dev.stoa.rtp.DependencyDescriptor;
import dev.stoa.rtp.FrameDependencyStructure;
import dev.stoa.rtp.H264Payload;
import dev.stoa.rtp.RedPayload;
import dev.stoa.rtp.RtpPacket;
import dev.stoa.rtp.Vp8Descriptor;
import dev.stoa.rtp.Vp9Descriptor;
import dev.stoa.wire.Datagram;
import dev.stoa.wire.Malformation;
import org.jspecify.annotations.Nullable;

/**
 * A view of a packet in a track's cache with what was read from it once for all sinks. The bytes are not to be changed: they
 * are sent to many, and again.
 */
public final class TrackPacket {
    /** A dependency descriptor without anything that its frame does not have in common with others (AV1 RTP, A.8.1). */
    private static final int MANDATORY_DESCRIPTOR = 3;

    private final TrackSource source;
    private final int descriptorId;
    private final Vp8Descriptor vp8 = new Vp8Descriptor();
    private final Vp9Descriptor vp9 = new Vp9Descriptor();
    private final H264Payload h264 = new H264Payload();
    private final Av1Payload av1 = new Av1Payload();
    private final RedPayload red = new RedPayload();
    private final DependencyDescriptor dependencies = new DependencyDescriptor();
    private RtpPacket rtp = new RtpPacket();
    private long index;
    private long sequenceNumber;
    private @Nullable Codec codec;
    private boolean keyFrame;
    private int pictureId;
    private int pictureIdOffset;
    private int pictureIdBits;
    private int tl0PicIdx;
    private int tl0PicIdxOffset;
    private int descriptorEnd;
    private int spatialId;
    private int temporalId;
    private boolean endOfFrame;
    private int dependencyOffset;
    private boolean dependenciesKnown;
    private int primaryOffset;
    private int primaryLength;

    TrackPacket(TrackSource source, int descriptorId) {
        this.source = source;
        this.descriptorId = descriptorId;
    }

    public TrackSource source() {
        return source;
    }

    /** By which {@link TrackSource#packet} finds it again. */
    public long index() {
        return index;
    }

    /** Extended: wraps counted. Grows by one from packet to packet of the stream. */
    public long sequenceNumber() {
        return sequenceNumber;
    }

    /** Its payload type and SSRC are the publisher's. */
    public RtpPacket rtp() {
        return rtp;
    }

    /** Where its bytes are. */
    public Datagram datagram() {
        return rtp.datagram();
    }

    public Codec codec() {
        if (codec == null) {
            throw new IllegalStateException("no packet yet");
        }
        return codec;
    }

    /** Whether decoding can begin only where {@link #keyFrame} says. */
    static boolean needsKeyFrame(Codec codec) {
        return switch (codec.kind()) {
            case VP8, VP9, H264, AV1 -> true;
            case OPUS, RED, OTHER -> false;
        };
    }

    public int timestamp() {
        return rtp.timestamp();
    }

    public boolean marker() {
        return rtp.marker();
    }

    public int payloadOffset() {
        return rtp.payloadOffset();
    }

    /** In bytes, without padding; 0 for a probe, which carries nothing. */
    public int payloadLength() {
        return rtp.payloadLength();
    }

    /** Whether a key frame begins here: decoding can start with this packet. */
    public boolean keyFrame() {
        return keyFrame;
    }

    /** 0 where there is one layer, or where it is not known. */
    public int spatialId() {
        return spatialId;
    }

    public int temporalId() {
        return temporalId;
    }

    /** Whether this is the last packet of its frame, that is of one spatial layer of a picture. */
    public boolean endOfFrame() {
        return endOfFrame;
    }

    /** VP8 and VP9: -1 when there is none. */
    public int pictureId() {
        return pictureId;
    }

    int pictureIdOffset() {
        return pictureIdOffset;
    }

    /** 7 or 15. */
    int pictureIdBits() {
        return pictureIdBits;
    }

    /** VP8 and VP9: -1 when there is none. */
    public int tl0PicIdx() {
        return tl0PicIdx;
    }

    int tl0PicIdxOffset() {
        return tl0PicIdxOffset;
    }

    /** Where the payload goes on that needs no rewriting: after the picture numbers, else its beginning. */
    int descriptorEnd() {
        return descriptorEnd;
    }

    /** Of RED: where what is not redundant begins. */
    int primaryOffset() {
        return primaryOffset;
    }

    /** 0 when it is not RED, or not well formed. */
    int primaryLength() {
        return primaryLength;
    }

    /** Good while {@link #codec} is VP8 and there is a payload. */
    Vp8Descriptor vp8() {
        return vp8;
    }

    /** The same of VP9. */
    Vp9Descriptor vp9() {
        return vp9;
    }

    /** The same of H.264. */
    H264Payload h264() {
        return h264;
    }

    /** Whether it has a dependency descriptor: so it has a frame number. */
    boolean hasFrameNumber() {
        return dependencyOffset >= 0;
    }

    /** 16 bits. */
    int frameNumber() {
        return rtp.datagram().u16(dependencyOffset + 1);
    }

    /** Where its dependency descriptor is, -1 when there is none. */
    int dependencyOffset() {
        return dependencyOffset;
    }

    int dependencyLength() {
        return rtp.extensionLength(descriptorId);
    }

    /** Its dependency descriptor when that says what the frame depends on, null otherwise. */
    @Nullable DependencyDescriptor dependencies() {
        return dependenciesKnown ? dependencies : null;
    }

    /**
     * Shows another packet. Something is wrong with its payload when not null; it can still be forwarded.
     *
     * @param structure what its dependency descriptor refers to, null when none has come
     */
    @Nullable Malformation show(
            RtpPacket packet,
            long atIndex,
            long extended,
            Codec itsCodec,
            @Nullable FrameDependencyStructure structure) {
        rtp = packet;
        index = atIndex;
        sequenceNumber = extended;
        codec = itsCodec;
        keyFrame = false;
        pictureId = -1;
        pictureIdOffset = -1;
        pictureIdBits = 0;
        tl0PicIdx = -1;
        tl0PicIdxOffset = -1;
        descriptorEnd = packet.payloadOffset();
        spatialId = 0;
        temporalId = 0;
        endOfFrame = packet.marker();
        dependencyOffset = -1;
        dependenciesKnown = false;
        primaryOffset = packet.payloadOffset();
        primaryLength = 0;
        if (packet.payloadLength() == 0) {
            return null;
        }
        var why = readPayload(itsCodec.kind(), packet.datagram(), packet.payloadOffset(), packet.payloadLength());
        readDependencies(packet, structure);
        return why;
    }

    private @Nullable Malformation readPayload(CodecKind kind, Datagram datagram, int offset, int length) {
        return switch (kind) {
            case VP8 -> {
                var why = vp8.wrap(datagram, offset, length);
                if (why == null) {
                    keyFrame = vp8.keyFrame();
                    temporalId = Math.max(0, vp8.temporalId());
                    pictureId = vp8.pictureId();
                    pictureIdOffset = vp8.pictureIdOffset();
                    pictureIdBits = vp8.pictureIdBits();
                    tl0PicIdx = vp8.tl0PicIdx();
                    tl0PicIdxOffset = vp8.tl0PicIdxOffset();
                    endDescriptor();
                }
                yield why;
            }
            case VP9 -> {
                var why = vp9.wrap(datagram, offset, length);
                if (why == null) {
                    keyFrame = vp9.keyFrame();
                    spatialId = vp9.spatialId();
                    temporalId = vp9.temporalId();
                    endOfFrame |= vp9.endOfFrame();
                    pictureId = vp9.pictureId();
                    pictureIdOffset = vp9.pictureIdOffset();
                    pictureIdBits = vp9.pictureIdBits();
                    tl0PicIdx = vp9.tl0PicIdx();
                    tl0PicIdxOffset = vp9.tl0PicIdxOffset();
                    endDescriptor();
                }
                yield why;
            }
            case H264 -> {
                var why = h264.wrap(datagram, offset, length);
                keyFrame = why == null && h264.keyFrame();
                yield why;
            }
            case AV1 -> {
                var why = av1.wrap(datagram, offset, length);
                keyFrame = why == null && av1.keyFrame();
                yield why;
            }
            case RED -> {
                var why = red.wrap(datagram, offset, length);
                while (why == null && red.next()) {
                    primaryOffset = red.blockOffset();
                    primaryLength = red.blockLength();
                }
                yield why;
            }
            case OPUS, OTHER -> null;
        };
    }

    private void readDependencies(RtpPacket packet, @Nullable FrameDependencyStructure structure) {
        int length = packet.extensionLength(descriptorId);
        if (descriptorId == 0 || length < MANDATORY_DESCRIPTOR) {
            return;
        }
        int offset = packet.extensionOffset(descriptorId);
        dependencyOffset = offset;
        dependenciesKnown =
                dependencies.wrap(packet.datagram(), offset, length, structure) == null && dependencies.isFrameKnown();
        if (dependenciesKnown) {
            spatialId = dependencies.frameSpatialId();
            temporalId = dependencies.frameTemporalId();
            endOfFrame |= dependencies.endOfFrame();
        }
    }

    private void endDescriptor() {
        if (pictureIdOffset >= 0) {
            descriptorEnd = pictureIdOffset + (pictureIdBits == 15 ? 2 : 1);
        }
        if (tl0PicIdxOffset >= 0) {
            descriptorEnd = tl0PicIdxOffset + 1;
        }
    }
}
