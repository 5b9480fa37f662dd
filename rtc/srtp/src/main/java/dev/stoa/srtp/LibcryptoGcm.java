package dev.stoa.srtp;

import dev.stoa.wire.Datagram;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** AES-GCM of libcrypto (RFC 7714). */
final class LibcryptoGcm implements SrtpCipher {
    static final int TAG_LENGTH = 16;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private final Arena arena = Arena.ofShared();
    private final MemorySegment iv = arena.allocate(16, 16);
    private final long ivAddress = iv.address();
    private final int saltHead;
    private final long saltTail;
    private final boolean rtcp;
    private long context;

    LibcryptoGcm(SessionKeys keys, boolean rtcp, boolean sealing) {
        var salt = ByteBuffer.wrap(keys.salt());
        this.saltHead = salt.getInt(0);
        this.saltTail = salt.getLong(4);
        this.rtcp = rtcp;
        this.context = Libcrypto.newContext(Libcrypto.aesGcm(keys.key().length), keys.key(), sealing);
    }

    @Override
    public void seal(
            int ssrc,
            long index,
            Datagram target,
            int at,
            int header,
            int standing,
            Datagram payload,
            int from,
            int count) {
        long packet = target.address() + at;
        long end = packet + standing + count;
        begin(ssrc, index);
        Libcrypto.update(context, 0, packet, header);
        if (rtcp) {
            target.put32(at + standing + count + TAG_LENGTH, SrtcpIndex.ENCRYPTED | (int) index);
            Libcrypto.update(context, 0, end + TAG_LENGTH, SrtcpIndex.LENGTH);
        }
        if (standing > header) {
            Libcrypto.update(context, packet + header, packet + header, standing - header);
        }
        if (count > 0) {
            Libcrypto.update(context, packet + standing, payload.address() + from, count);
        }
        if (!Libcrypto.finish(context)) {
            throw new IllegalStateException("libcrypto failed");
        }
        Libcrypto.getTag(context, end, TAG_LENGTH);
    }

    @Override
    public boolean open(int ssrc, long index, Datagram source, int from, int header, int count, Datagram target) {
        long packet = source.address() + from;
        long tag = packet + header + count;
        begin(ssrc, index);
        Libcrypto.setTag(context, tag, TAG_LENGTH);
        Libcrypto.update(context, 0, packet, header);
        if (rtcp) {
            Libcrypto.update(context, 0, tag + TAG_LENGTH, SrtcpIndex.LENGTH);
        }
        if (count > 0) {
            Libcrypto.update(context, target.address() + header, packet + header, count);
        }
        boolean authentic = Libcrypto.finish(context);
        return authentic;
    }

    /** IV = (00 00 || SSRC || index of 48 bits) XOR salt, for RTP and RTCP alike (RFC 7714, 8.1 and 9.1). */
    private void begin(int ssrc, long index) {
        iv.set(INT, 0, saltHead ^ (ssrc >>> 16));
        iv.set(LONG, 4, saltTail ^ (((long) ssrc << 48) | index));
        Libcrypto.setIv(context, ivAddress);
    }

    @Override
    public void close() {
        if (context != 0) {
            Libcrypto.freeContext(context);
            context = 0;
            arena.close();
        }
    }
}
