package dev.stoa.srtp;

import static dev.stoa.srtp.Libcrypto.SHA1_STATE_LENGTH;

import dev.stoa.wire.Datagram;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * AES in counter mode with HMAC-SHA1 (RFC 3711, 4.1.1 and 4.2.1) of libcrypto. HMAC (RFC 2104) begins with a hash of the key,
 * the same for every packet: it is made once, and each packet begins with a copy of that state.
 */
final class LibcryptoCounterMode implements SrtpCipher {
    static final int TAG_LENGTH = 10;
    private static final int SHA1_LENGTH = 20;
    private static final int SHA1_BLOCK_LENGTH = 64;
    private static final int WORD_LENGTH = 4;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private final Arena arena = Arena.ofShared();
    private final MemorySegment iv = arena.allocate(16, 16);
    private final MemorySegment word = arena.allocate(WORD_LENGTH, 16);
    private final MemorySegment digest = arena.allocate(SHA1_LENGTH, 16);
    private final MemorySegment inner = arena.allocate(SHA1_STATE_LENGTH, 16);
    private final MemorySegment outer = arena.allocate(SHA1_STATE_LENGTH, 16);
    private final MemorySegment running = arena.allocate(SHA1_STATE_LENGTH, 16);
    private final long ivAddress = iv.address();
    private final long wordAddress = word.address();
    private final long digestAddress = digest.address();
    private final long runningAddress = running.address();
    private final long saltHead;
    private final long saltTail;
    private final boolean rtcp;
    private long context;

    LibcryptoCounterMode(SessionKeys keys, boolean rtcp) {
        var salt = ByteBuffer.wrap(Arrays.copyOf(keys.salt(), 16));
        this.saltHead = salt.getLong(0);
        this.saltTail = salt.getLong(8);
        this.rtcp = rtcp;
        prepare(inner, keys.authenticationKey(), 0x36);
        prepare(outer, keys.authenticationKey(), 0x5C);
        // Counter mode encrypts in both directions.
        this.context = Libcrypto.newContext(Libcrypto.aes128Ctr(), keys.key(), true);
    }

    private static void prepare(MemorySegment state, byte[] key, int padding) {
        try (var scratch = Arena.ofConfined()) {
            var block = scratch.allocate(SHA1_BLOCK_LENGTH);
            for (int i = 0; i < SHA1_BLOCK_LENGTH; i++) {
                block.set(ValueLayout.JAVA_BYTE, i, (byte) ((i < key.length ? key[i] : 0) ^ padding));
            }
            Libcrypto.sha1Init(state.address());
            Libcrypto.sha1Update(state.address(), block.address(), SHA1_BLOCK_LENGTH);
            block.fill((byte) 0);
        }
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
        begin(ssrc, index);
        if (standing > header) {
            Libcrypto.update(context, packet + header, packet + header, standing - header);
        }
        if (count > 0) {
            Libcrypto.update(context, packet + standing, payload.address() + from, count);
        }
        int length = standing + count;
        if (rtcp) {
            target.put32(at + length, SrtcpIndex.ENCRYPTED | (int) index);
            length += WORD_LENGTH;
            authenticate(packet, length, 0);
        } else {
            // The roll-over counter is authenticated but not sent (RFC 3711, 4.2).
            word.set(INT, 0, (int) (index >>> 16));
            authenticate(packet, length, WORD_LENGTH);
        }
        MemorySegment.copy(digest, 0, target.memory(), at + (long) length, TAG_LENGTH);
    }

    @Override
    public boolean open(int ssrc, long index, Datagram source, int from, int header, int count, Datagram target) {
        long packet = source.address() + from;
        int length = header + count;
        begin(ssrc, index);
        if (rtcp) {
            length += WORD_LENGTH;
            authenticate(packet, length, 0);
        } else {
            word.set(INT, 0, (int) (index >>> 16));
            authenticate(packet, length, WORD_LENGTH);
        }
        if (!Libcrypto.equal(digestAddress, packet + length, TAG_LENGTH)) {
            return false;
        }
        if (count > 0) {
            Libcrypto.update(context, target.address() + header, packet + header, count);
        }
        return true;
    }

    /** IV = salt * 2^16 XOR SSRC * 2^64 XOR index * 2^16 (RFC 3711, 4.1.1). */
    private void begin(int ssrc, long index) {
        iv.set(LONG, 0, saltHead ^ (ssrc & 0xFFFF_FFFFL));
        iv.set(LONG, 8, saltTail ^ (index << 16));
        Libcrypto.setIv(context, ivAddress);
    }

    /** HMAC of {@code length} bytes and the first {@code wordLength} of the word. */
    private void authenticate(long packet, int length, int wordLength) {
        MemorySegment.copy(inner, 0, running, 0, SHA1_STATE_LENGTH);
        Libcrypto.sha1Update(runningAddress, packet, length);
        if (wordLength > 0) {
            Libcrypto.sha1Update(runningAddress, wordAddress, wordLength);
        }
        Libcrypto.sha1Final(digestAddress, runningAddress);
        MemorySegment.copy(outer, 0, running, 0, SHA1_STATE_LENGTH);
        Libcrypto.sha1Update(runningAddress, digestAddress, SHA1_LENGTH);
        Libcrypto.sha1Final(digestAddress, runningAddress);
    }

    @Override
    public void close() {
        if (context != 0) {
            Libcrypto.freeContext(context);
            context = 0;
            inner.fill((byte) 0);
            outer.fill((byte) 0);
            arena.close();
        }
    }
}
