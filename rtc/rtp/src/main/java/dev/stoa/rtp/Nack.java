package dev.stoa.rtp;

import dev.stoa.wire.Datagram;
import dev.stoa.wire.Malformation;
import dev.stoa.wire.SerialNumber;
import org.jspecify.annotations.Nullable;

/**
 * The generic NACK (RFC 4585, 6.2.1): packets that are missed.
 *
 * <pre>
 * |V=2|P|  FMT=1  |    PT=205     |             length            |
 * |                     SSRC of packet sender                     |
 * |                      SSRC of media source                     |
 * |            PID                |             BLP               |   one or more
 * </pre>
 *
 * PID is a sequence number, bit i of BLP stands for PID + i + 1. A datagram may thus ask for thousands of packets: the
 * caller's array bounds how many it hears of.
 */
public final class Nack implements RtcpPacket {
    static final int FORMAT = 1;
    static final int HEADER = 12;

    private Datagram datagram = Nothing.DATAGRAM;
    private int start;
    private int items;

    Nack() {}

    @Nullable Malformation wrap(Datagram from, int at, int length) {
        if (length < HEADER + 4) {
            return Malformation.TRUNCATED;
        }
        datagram = from;
        start = at;
        items = (length - HEADER) / 4;
        return null;
    }

    public long senderSsrc() {
        return datagram.u32(start + 4);
    }

    public long mediaSsrc() {
        return datagram.u32(start + 8);
    }

    /** The pairs of PID and BLP. */
    public int itemCount() {
        return items;
    }

    public int packetId(int item) {
        return datagram.u16(at(item));
    }

    public int lostPacketBitmask(int item) {
        return datagram.u16(at(item) + 2);
    }

    /**
     * Writes the missed sequence numbers in the order of the message, at most as many as {@code into} holds.
     *
     * @return how many were written
     */
    public int copySequenceNumbers(int[] into) {
        int count = 0;
        for (int item = 0; item < items && count < into.length; item++) {
            int packetId = packetId(item);
            into[count++] = packetId;
            for (int mask = lostPacketBitmask(item); mask != 0 && count < into.length; mask &= mask - 1) {
                into[count++] = packetId + Integer.numberOfTrailingZeros(mask) + 1 & 0xFFFF;
            }
        }
        return count;
    }

    private int at(int item) {
        if (item < 0 || item >= items) {
            throw new IllegalArgumentException("no item " + item);
        }
        return start + HEADER + 4 * item;
    }

    static void writeHeader(Datagram target, int at, int length, long senderSsrc, long mediaSsrc) {
        RtcpHeader.put(target, at, FORMAT, TRANSPORT_LAYER_FEEDBACK, length, senderSsrc, mediaSsrc);
    }

    /**
     * Writes one item for {@code missing[from]} and as many as can be in its bitmask.
     *
     * @return the index after the last one that was written
     */
    static int writeItem(Datagram target, int at, int[] missing, int from, int to) {
        int packetId = missing[from];
        int mask = 0;
        int next = from + 1;
        while (next < to) {
            int ahead = SerialNumber.difference16(missing[next], packetId);
            if (ahead < 1 || ahead > 16) {
                break;
            }
            mask |= 1 << (ahead - 1);
            next++;
        }
        target.put16(at, packetId);
        target.put16(at + 2, mask);
        return next;
    }
}
