package dev.stoa.srtp;

import dev.stoa.wire.Datagram;
import dev.stoa.wire.SerialNumber;
import java.lang.ref.Reference;
import java.util.Objects;

/**
 * Protects what one side of a DTLS association sends: SRTP and SRTCP of all its SSRCs (RFC 3711, RFC 7714).
 *
 * <p>Calling contract: one thread at a time; {@link #close} frees native memory and erases the keys. Offsets that do not fit
 * are an {@link IndexOutOfBoundsException}, a header that does not is an {@link IllegalArgumentException}. Nothing is
 * allocated per packet (with libcrypto), only for the first packet of an SSRC.
 *
 * <p>A sequence number means the packet nearest to the highest one sent, so late packets and retransmissions from before a
 * roll-over are right. <b>A packet sent again under its number must be the same byte for byte, header extensions
 * included</b>: the number makes the initialisation vector, and two different packets under one vector betray AES-GCM's
 * authentication key (RFC 7714, 8.1 and 12). What changes goes by RTX (RFC 4588), with a number of its own.
 */
public final class SrtpSender implements AutoCloseable {
    private static final int RTCP_HEADER_LENGTH = 8;
    private static final long LAST_INDEX = (1L << 48) - 1;

    private final ProtectionProfile profile;
    private final SrtpCipher rtp;
    private final SrtpCipher rtcp;
    private final SsrcTable<Stream> streams = new SsrcTable<>();

    /** What the roll-over counter and the SRTCP index are made from; both begin at zero. */
    private static final class Stream {
        private long highestIndex = -1;
        private long nextRtcpIndex;
    }

    public SrtpSender(ProtectionProfile profile, byte[] masterKey, byte[] masterSalt, SrtpCrypto crypto) {
        this(
                profile,
                SessionKeys.derive(profile, masterKey, masterSalt, false),
                SessionKeys.derive(profile, masterKey, masterSalt, true),
                crypto);
    }

    SrtpSender(ProtectionProfile profile, SessionKeys rtpKeys, SessionKeys rtcpKeys, SrtpCrypto crypto) {
        this.profile = profile;
        this.rtp = crypto.cipher(profile, rtpKeys, false, true);
        this.rtcp = crypto.cipher(profile, rtcpKeys, true, true);
        rtpKeys.erase();
        rtcpKeys.erase();
    }

    public ProtectionProfile profile() {
        return profile;
    }

    /**
     * Makes a protected packet at {@code target[at]} from {@code standing} bytes that stand there and {@code count} bytes of
     * {@code payload} from {@code from} on. What stands there is the whole RTP header and, if there is any, the rewritten
     * beginning of the payload: the original sequence number of RTX, a payload descriptor. {@code payload} is another
     * datagram than {@code target}; use {@link #protectRtp(Datagram, int, int)} when all stands in place.
     *
     * <p>Only {@code target[at, at + result)} is written; the length of {@code target} is neither read nor changed, so
     * packets may be put one behind the other.
     *
     * @return the length of the protected packet, or 0 if it lies before the first packet of the SSRC's first roll-over:
     *     that one has no index and cannot be sent
     */
    public int protectRtp(Datagram target, int at, int standing, Datagram payload, int from, int count) {
        Objects.checkFromIndexSize(from, count, payload.length());
        return protect(target, at, standing, payload, from, count);
    }

    /** The same for a packet of {@code length} bytes that stands as a whole at {@code target[at]}. */
    public int protectRtp(Datagram target, int at, int length) {
        return protect(target, at, length, target, 0, 0);
    }

    /** Makes {@code target} the protected form of {@code source}, another datagram. Returns its length as above. */
    public int protectRtp(Datagram source, Datagram target) {
        int header = RtpHeader.length(source.memory(), 0, source.length());
        if (header < 0) {
            throw new IllegalArgumentException("not an RTP packet");
        }
        target.put(0, source, 0, header);
        int length = protect(target, 0, header, source, header, source.length() - header);
        target.setLength(length);
        return length;
    }

    private int protect(Datagram target, int at, int standing, Datagram payload, int from, int count) {
        int length = standing + count + profile.rtpOverhead();
        Objects.checkFromIndexSize(at, length, target.capacity());
        var memory = target.memory();
        int header = RtpHeader.length(memory, at, standing);
        if (header < 0) {
            throw new IllegalArgumentException(
                    "the RTP header is longer than the " + standing + " bytes that stand there");
        }
        int ssrc = RtpHeader.ssrc(memory, at);
        int sequenceNumber = RtpHeader.sequenceNumber(memory, at);
        var stream = stream(ssrc);
        long index =
                stream.highestIndex < 0 ? sequenceNumber : SerialNumber.extend16(stream.highestIndex, sequenceNumber);
        if (index < 0) {
            return 0;
        }
        if (index > LAST_INDEX) {
            throw new IllegalStateException("2^48 packets are all that a key may protect (RFC 3711, 9.2)");
        }
        stream.highestIndex = Math.max(stream.highestIndex, index);
        try {
            rtp.seal(ssrc, index, target, at, header, standing, payload, from, count);
        } finally {
            Reference.reachabilityFence(target);
            Reference.reachabilityFence(payload);
        }
        return length;
    }

    /**
     * Makes {@code target} the protected form of the compound RTCP packet in {@code source}, another datagram.
     *
     * @return its length
     */
    public int protectRtcp(Datagram source, Datagram target) {
        if (source.length() < RTCP_HEADER_LENGTH) {
            throw new IllegalArgumentException("not an RTCP packet");
        }
        int length = source.length() + profile.rtcpOverhead();
        Objects.checkFromIndexSize(0, length, target.capacity());
        int ssrc = source.i32(4);
        var stream = stream(ssrc);
        if (stream.nextRtcpIndex > SrtcpIndex.LAST) {
            throw new IllegalStateException("2^31 RTCP packets are all that a key may protect (RFC 3711, 9.2)");
        }
        target.put(0, source, 0, RTCP_HEADER_LENGTH);
        try {
            int text = source.length() - RTCP_HEADER_LENGTH;
            rtcp.seal(
                    ssrc,
                    stream.nextRtcpIndex++,
                    target,
                    0,
                    RTCP_HEADER_LENGTH,
                    RTCP_HEADER_LENGTH,
                    source,
                    RTCP_HEADER_LENGTH,
                    text);
        } finally {
            Reference.reachabilityFence(source);
        }
        target.setLength(length);
        return length;
    }

    private Stream stream(int ssrc) {
        var stream = streams.find(ssrc);
        if (stream == null) {
            stream = new Stream();
            streams.put(ssrc, stream);
        }
        return stream;
    }

    @Override
    public void close() {
        rtp.close();
        rtcp.close();
    }
}
