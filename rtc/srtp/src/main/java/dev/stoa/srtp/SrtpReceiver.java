package dev.stoa.srtp;

import dev.stoa.wire.Datagram;
import dev.stoa.wire.Malformation;
import dev.stoa.wire.SerialNumber;
import java.lang.ref.Reference;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Unprotects what the other side of a DTLS association sends: SRTP and SRTCP of all its SSRCs (RFC 3711, RFC 7714).
 *
 * <p>Calling contract: one thread at a time; {@link #close} frees native memory and erases the keys. Null means that
 * {@code target} holds the packet; otherwise its bytes mean nothing, its length is as before, and nothing of the state has
 * changed: count and drop. {@code target} may be {@code source}. Nothing is allocated per packet (with libcrypto), only for
 * the first authentic packet of an SSRC.
 */
public final class SrtpReceiver implements AutoCloseable {
    /** SSRCs a peer may use unless told otherwise, RTX and FEC included. */
    public static final int DEFAULT_MAX_SSRCS = 64;

    /** Retransmissions under their own number come a round trip late: a second of video at 8 Mbit/s. */
    private static final int RTP_WINDOW = 1024;

    private static final int RTCP_WINDOW = 128;
    private static final int RTCP_HEADER_LENGTH = 8;
    private static final int VERSION = 2;

    private final ProtectionProfile profile;
    private final SrtpCipher rtp;
    private final SrtpCipher rtcp;
    private final int maxSsrcs;
    private final SsrcTable<ReplayWindow> rtpWindows = new SsrcTable<>();
    private final SsrcTable<ReplayWindow> rtcpWindows = new SsrcTable<>();

    public SrtpReceiver(ProtectionProfile profile, byte[] masterKey, byte[] masterSalt, SrtpCrypto crypto) {
        this(profile, masterKey, masterSalt, crypto, DEFAULT_MAX_SSRCS);
    }

    /** @param maxSsrcs how many SSRCs may send RTP, and how many RTCP; packets of more are refused as TOO_MANY */
    public SrtpReceiver(
            ProtectionProfile profile, byte[] masterKey, byte[] masterSalt, SrtpCrypto crypto, int maxSsrcs) {
        this(
                profile,
                SessionKeys.derive(profile, masterKey, masterSalt, false),
                SessionKeys.derive(profile, masterKey, masterSalt, true),
                crypto,
                maxSsrcs);
    }

    SrtpReceiver(
            ProtectionProfile profile, SessionKeys rtpKeys, SessionKeys rtcpKeys, SrtpCrypto crypto, int maxSsrcs) {
        this.profile = profile;
        this.rtp = crypto.cipher(profile, rtpKeys, false, false);
        this.rtcp = crypto.cipher(profile, rtcpKeys, true, false);
        this.maxSsrcs = maxSsrcs;
        rtpKeys.erase();
        rtcpKeys.erase();
    }

    public ProtectionProfile profile() {
        return profile;
    }

    /** The number of SSRCs whose RTP has been heard. */
    public int ssrcCount() {
        return rtpWindows.size();
    }

    /** Unprotects the SRTP packet that {@code source} holds. */
    public @Nullable Malformation unprotectRtp(Datagram source, Datagram target) {
        return unprotectRtp(source, 0, source.length(), target);
    }

    /** The same for one packet of {@code length} bytes at {@code source[from]}, as where the kernel joined several. */
    public @Nullable Malformation unprotectRtp(Datagram source, int from, int length, Datagram target) {
        Objects.checkFromIndexSize(from, length, source.length());
        int tagged = length - profile.rtpOverhead();
        if (tagged < RtpHeader.FIXED_LENGTH) {
            return Malformation.TRUNCATED;
        }
        var memory = source.memory();
        if (RtpHeader.version(memory, from) != VERSION) {
            return Malformation.BAD_MAGIC;
        }
        int header = RtpHeader.length(memory, from, tagged);
        if (header < 0) {
            return Malformation.TRUNCATED;
        }
        if (tagged > target.capacity()) {
            return Malformation.BAD_LENGTH;
        }
        int ssrc = RtpHeader.ssrc(memory, from);
        int sequenceNumber = RtpHeader.sequenceNumber(memory, from);
        var window = rtpWindows.find(ssrc);
        if (window == null && rtpWindows.size() >= maxSsrcs) {
            return Malformation.TOO_MANY;
        }
        // RFC 3711, 3.3.1: the index nearest to the highest authentic one; of the first packet the roll-over counter is
        // zero.
        long index = window == null ? sequenceNumber : SerialNumber.extend16(window.highest(), sequenceNumber);
        if (index < 0 || (window != null && !window.isFresh(index))) {
            return Malformation.REPLAYED;
        }
        if (!open(rtp, ssrc, index, source, from, header, tagged - header, target)) {
            return Malformation.BAD_CHECK;
        }
        if (window == null) {
            window = new ReplayWindow(RTP_WINDOW);
            rtpWindows.put(ssrc, window);
        }
        window.add(index);
        target.put(0, source, from, header);
        target.setLength(tagged);
        return null;
    }

    /** Unprotects the SRTCP packet that {@code source} holds. One that is not encrypted is refused as BAD_VALUE. */
    public @Nullable Malformation unprotectRtcp(Datagram source, Datagram target) {
        int length = source.length();
        int plain = length - profile.rtcpOverhead();
        if (plain < RTCP_HEADER_LENGTH) {
            return Malformation.TRUNCATED;
        }
        if (RtpHeader.version(source.memory(), 0) != VERSION) {
            return Malformation.BAD_MAGIC;
        }
        int word = source.i32(profile.indexWordAt(length));
        if ((word & SrtcpIndex.ENCRYPTED) == 0) {
            return Malformation.BAD_VALUE;
        }
        if (plain > target.capacity()) {
            return Malformation.BAD_LENGTH;
        }
        int ssrc = source.i32(4);
        long index = word & SrtcpIndex.LAST;
        var window = rtcpWindows.find(ssrc);
        if (window == null && rtcpWindows.size() >= maxSsrcs) {
            return Malformation.TOO_MANY;
        }
        if (window != null && !window.isFresh(index)) {
            return Malformation.REPLAYED;
        }
        if (!open(rtcp, ssrc, index, source, 0, RTCP_HEADER_LENGTH, plain - RTCP_HEADER_LENGTH, target)) {
            return Malformation.BAD_CHECK;
        }
        if (window == null) {
            window = new ReplayWindow(RTCP_WINDOW);
            rtcpWindows.put(ssrc, window);
        }
        window.add(index);
        target.put(0, source, 0, RTCP_HEADER_LENGTH);
        target.setLength(plain);
        return null;
    }

    private static boolean open(
            SrtpCipher cipher,
            int ssrc,
            long index,
            Datagram source,
            int from,
            int header,
            int count,
            Datagram target) {
        try {
            return cipher.open(ssrc, index, source, from, header, count, target);
        } finally {
            Reference.reachabilityFence(source);
            Reference.reachabilityFence(target);
        }
    }

    @Override
    public void close() {
        rtp.close();
        rtcp.close();
    }
}
