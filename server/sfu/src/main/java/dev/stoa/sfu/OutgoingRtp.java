package dev.stoa.sfu;

import dev.stoa.rtp.AbsSendTime;
import dev.stoa.rtp.AudioLevel;
import dev.stoa.rtp.RtpHeaderExtension;
import dev.stoa.rtp.RtpHeaderWriter;
import dev.stoa.rtp.Rtx;
import dev.stoa.rtp.VideoOrientation;
import dev.stoa.wire.Datagram;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A packet on its way to one receiver: {@link #write} puts its header, and what of the payload is not the publisher's, where
 * it is to be protected; the rest of the payload is taken from the track's cache, {@link #payloadCount} bytes of
 * {@link #payload} from {@link #payloadFrom} on.
 *
 * <p>Calling contract: {@link #write} is called once at most, when the packet really leaves: it takes the transport-wide
 * sequence number and the time. Nothing allocates.
 */
public final class OutgoingRtp {
    /** The most that {@link #write} writes: a header with all its extensions and a payload descriptor. */
    public static final int MAX_STANDING = 384;

    private final SlotParameters slot;
    private final TransportSequence transportSequence;
    private final RtpHeaderWriter header;
    private final byte[] mid;
    private final int midId;
    private final int absSendTimeId;
    private final int transportSequenceId;
    private final int audioLevelId;
    private final int orientationId;
    private final int dependenciesId;

    private @Nullable TrackPacket packet;
    private @Nullable PictureNumbers pictures;
    private int payloadType;
    private int sequenceNumber;
    private int timestamp;
    /** Of the packet that is sent again by RTX, -1 otherwise. */
    private int originalSequenceNumber;

    private boolean retransmission;
    private boolean timed;
    private boolean marker;
    private boolean empty;
    private int rewritten;
    private int payloadFrom;
    private int payloadCount;
    private int transportSequenceNumber;

    OutgoingRtp(SlotParameters slot, TransportSequence transportSequence, RtpHeaderWriter header) {
        this.slot = slot;
        this.transportSequence = transportSequence;
        this.header = header;
        mid = slot.mid().getBytes(StandardCharsets.UTF_8);
        midId = slot.extensions().id(RtpHeaderExtension.MID);
        absSendTimeId = slot.extensions().id(RtpHeaderExtension.ABS_SEND_TIME);
        transportSequenceId = slot.extensions().id(RtpHeaderExtension.TRANSPORT_SEQUENCE_NUMBER);
        audioLevelId = slot.extensions().id(RtpHeaderExtension.AUDIO_LEVEL);
        orientationId = slot.extensions().id(RtpHeaderExtension.VIDEO_ORIENTATION);
        dependenciesId = slot.extensions().id(RtpHeaderExtension.DEPENDENCY_DESCRIPTOR);
    }

    /**
     * Writes the beginning of the packet to {@code target[at]}, at most {@link #MAX_STANDING} bytes, and returns how many:
     * what stands there when it is protected.
     */
    public int write(Datagram target, int at, long nowNanos) {
        var from = packet();
        header.begin(target, at, marker, payloadType, sequenceNumber, timestamp, ssrc());
        if (midId != 0) {
            header.extension(midId, mid);
        }
        transportSequenceNumber = -1;
        if (timed && absSendTimeId != 0) {
            target.put24(header.extension(absSendTimeId, AbsSendTime.LENGTH), AbsSendTime.ofNanos(nowNanos));
        }
        if (timed && transportSequenceId != 0) {
            transportSequenceNumber = transportSequence.next();
            target.put16(header.extension(transportSequenceId, 2), transportSequenceNumber);
        }
        copyOctet(RtpHeaderExtension.AUDIO_LEVEL, audioLevelId, AudioLevel.LENGTH, from, target);
        copyOctet(RtpHeaderExtension.VIDEO_ORIENTATION, orientationId, VideoOrientation.LENGTH, from, target);
        copyDependencies(from, target);
        int end = header.end();
        if (originalSequenceNumber >= 0) {
            target.put16(end, originalSequenceNumber);
            end += Rtx.OSN_LENGTH;
        }
        if (rewritten > 0 && pictures != null) {
            pictures.rewrite(from, target, end);
            end += rewritten;
        }
        return end - at;
    }

    /** Where the rest of the payload is: in the track's cache. */
    public Datagram payload() {
        return packet().datagram();
    }

    public int payloadFrom() {
        return payloadFrom;
    }

    public int payloadCount() {
        return payloadCount;
    }

    /** Whether the receiver misses little when this is not sent: it was sent before. */
    public boolean isRetransmission() {
        return retransmission;
    }

    public boolean isVideo() {
        return slot.video();
    }

    /** The publisher's packet. */
    public TrackPacket packet() {
        if (packet == null) {
            throw new IllegalStateException("no packet yet");
        }
        return packet;
    }

    public long ssrc() {
        return originalSequenceNumber >= 0 ? slot.rtxSsrc() : slot.ssrc();
    }

    public int sequenceNumber() {
        return sequenceNumber;
    }

    /** The number that {@link #write} gave it, by which feedback will name it; -1 when it has none. */
    public int transportSequenceNumber() {
        return transportSequenceNumber;
    }

    /**
     * @param codec the receiver's
     * @param number extended
     * @param flags of {@link SentPackets}
     * @param isTimed whether it may say when it left: not when it may have to be sent again, byte for byte the same
     */
    void show(TrackPacket from, Passage passage, Codec codec, long number, int flags, boolean isTimed, boolean again) {
        packet = from;
        pictures = passage.pictures;
        payloadType = codec.payloadType();
        sequenceNumber = (int) number & 0xFFFF;
        timestamp = passage.timestamp(from);
        timed = isTimed;
        originalSequenceNumber = -1;
        retransmission = again;
        empty = (flags & SentPackets.EMPTY) != 0;
        marker = (flags & SentPackets.MARKED) != 0 || (from.marker() && !empty);
        rewritten = empty ? 0 : passage.pictures.rewrittenLength(from);
        boolean opened = isOpened(from, codec);
        payloadFrom = opened ? from.primaryOffset() : from.payloadOffset() + rewritten;
        payloadCount = empty ? 0 : opened ? from.primaryLength() : from.payloadLength() - rewritten;
        transportSequenceNumber = -1;
    }

    /** Whether only what is within redundant audio goes out. */
    static boolean isOpened(TrackPacket packet, Codec codec) {
        return packet.codec().kind() == CodecKind.RED && codec.kind() != CodecKind.RED;
    }

    /** Makes it a retransmission packet of what was shown (RFC 4588, 4). */
    void asRtx(int rtxPayloadType, int rtxSequenceNumber) {
        originalSequenceNumber = sequenceNumber;
        payloadType = rtxPayloadType;
        sequenceNumber = rtxSequenceNumber;
    }

    /** As it came, but for the frame number, which runs on. */
    private void copyDependencies(TrackPacket from, Datagram target) {
        if (dependenciesId == 0 || pictures == null || empty || !from.hasFrameNumber()) {
            return;
        }
        int length = from.dependencyLength();
        int at = header.extension(dependenciesId, length);
        target.put(at, from.datagram(), from.dependencyOffset(), length);
        target.put16(at + 1, pictures.frameNumber(from));
    }

    private void copyOctet(RtpHeaderExtension extension, int id, int length, TrackPacket from, Datagram target) {
        if (id == 0) {
            return;
        }
        int offset = from.rtp().extensionOffset(from.source().extensions().id(extension));
        if (offset >= 0 && from.rtp().extensionLength(from.source().extensions().id(extension)) >= length) {
            target.put8(header.extension(id, length), from.datagram().u8(offset));
        }
    }
}
