package dev.stoa.rtp;

import dev.stoa.wire.Datagram;
import dev.stoa.wire.Malformation;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * BYE (RFC 3550, 6.6): these sources have ended.
 *
 * <pre>
 * |V=2|P|    SC   |   PT=BYE=203  |             length            |
 * |                           SSRCs, SC of them                   |
 * |     length    |               reason for leaving, optional    |
 * </pre>
 */
public final class Goodbye implements RtcpPacket {
    static final int LENGTH = 8;

    private Datagram datagram = Nothing.DATAGRAM;
    private int start;
    private int count;
    private int reasonAt;

    Goodbye() {}

    @Nullable Malformation wrap(Datagram from, int at, int length, int sources) {
        int afterSources = HEADER_LENGTH + 4 * sources;
        if (length < afterSources) {
            return Malformation.TRUNCATED;
        }
        if (length > afterSources && afterSources + 1 + from.u8(at + afterSources) > length) {
            return Malformation.TRUNCATED;
        }
        datagram = from;
        start = at;
        count = sources;
        reasonAt = length > afterSources ? at + afterSources : -1;
        return null;
    }

    public int ssrcCount() {
        return count;
    }

    public long ssrc(int index) {
        if (index < 0 || index >= count) {
            throw new IllegalArgumentException("no source " + index);
        }
        return datagram.u32(start + HEADER_LENGTH + 4 * index);
    }

    /** Null when none is given. Allocates. */
    public @Nullable String reason() {
        return reasonAt < 0
                ? null
                : new String(datagram.toArray(reasonAt + 1, datagram.u8(reasonAt)), StandardCharsets.UTF_8);
    }

    static void write(Datagram target, int at, long ssrc) {
        RtcpHeader.put(target, at, 1, GOODBYE, LENGTH);
        target.put32(at + 4, (int) ssrc);
    }
}
