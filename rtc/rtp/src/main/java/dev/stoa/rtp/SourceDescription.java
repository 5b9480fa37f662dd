package dev.stoa.rtp;

import dev.stoa.wire.Datagram;
import dev.stoa.wire.Malformation;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * SDES (RFC 3550, 6.5): chunks of an SSRC and items, of which CNAME matters here.
 *
 * <pre>
 * |V=2|P|    SC   |  PT=SDES=202  |             length            |
 * |                            SSRC                               |   chunk 1
 * |   CNAME=1     |     length    | name                        ...
 * |   0, up to the next word                                      |
 * </pre>
 */
public final class SourceDescription implements RtcpPacket {
    private static final int CNAME = 1;

    private final int[] chunks = new int[31];
    private final int[] names = new int[31];
    private Datagram datagram = Nothing.DATAGRAM;
    private int count;

    SourceDescription() {}

    @Nullable Malformation wrap(Datagram from, int start, int length, int chunkCount) {
        int at = start + HEADER_LENGTH;
        int end = start + length;
        for (int i = 0; i < chunkCount; i++) {
            if (at + 8 > end) {
                return Malformation.TRUNCATED; // an SSRC, and at least one word with the 0 that ends its items
            }
            chunks[i] = at;
            names[i] = -1;
            at += 4;
            while (at < end && from.u8(at) != 0) {
                if (at + 2 > end || at + 2 + from.u8(at + 1) > end) {
                    return Malformation.TRUNCATED;
                }
                if (from.u8(at) == CNAME && names[i] < 0) {
                    names[i] = at + 1;
                }
                at += 2 + from.u8(at + 1);
            }
            if (at >= end) {
                return Malformation.TRUNCATED;
            }
            at = start + ((at - start) / 4 + 1) * 4;
        }
        datagram = from;
        count = chunkCount;
        return null;
    }

    public int chunkCount() {
        return count;
    }

    public long ssrc(int chunk) {
        return datagram.u32(chunks[check(chunk)]);
    }

    /** Null when the chunk has none. Allocates. */
    public @Nullable String cname(int chunk) {
        int at = names[check(chunk)];
        return at < 0 ? null : new String(datagram.toArray(at + 1, datagram.u8(at)), StandardCharsets.UTF_8);
    }

    private int check(int chunk) {
        if (chunk < 0 || chunk >= count) {
            throw new IllegalArgumentException("no chunk " + chunk);
        }
        return chunk;
    }

    /** Of one chunk with a CNAME: the items end with at least one 0, at a word's end. */
    static int length(int cnameLength) {
        return HEADER_LENGTH + 4 + (2 + cnameLength) / 4 * 4 + 4;
    }

    static void write(Datagram target, int at, long ssrc, byte[] cname) {
        int length = length(cname.length);
        RtcpHeader.put(target, at, 1, SOURCE_DESCRIPTION, length);
        target.put32(at + 4, (int) ssrc);
        target.put8(at + 8, CNAME);
        target.put8(at + 9, cname.length);
        target.put(at + 10, cname, 0, cname.length);
        target.fill(at + 10 + cname.length, length - 10 - cname.length, 0);
    }
}
