package dev.stoa.rtp;

import dev.stoa.wire.Datagram;
import dev.stoa.wire.Malformation;
import org.jspecify.annotations.Nullable;

/**
 * Redundant audio (RFC 2198, 3): earlier payloads before the new one.
 *
 * <pre>
 * |1|   block PT  |  timestamp offset (14)    |   block length (10) |   for each redundant block
 * |0|   block PT  |                                                   for the last, the primary one
 * then the blocks' data
 * </pre>
 *
 * <p>Calling contract: {@link #wrap}, then {@link #next} steps through the blocks, the primary one last.
 */
public final class RedPayload {
    public static final int MAX_BLOCKS = 16;

    private final int[] payloadTypes = new int[MAX_BLOCKS];
    private final int[] timestampOffsets = new int[MAX_BLOCKS];
    private final int[] offsets = new int[MAX_BLOCKS];
    private final int[] lengths = new int[MAX_BLOCKS];
    private int count;
    private int index;

    public RedPayload() {}

    /** Looks at the {@code length} bytes from {@code offset} on. Null when they are redundant audio. */
    public @Nullable Malformation wrap(Datagram packet, int offset, int length) {
        count = 0;
        index = -1;
        int end = offset + length;
        int at = offset;
        int blocks = 0;
        boolean redundant = true;
        while (redundant) {
            if (at >= end) {
                return Malformation.TRUNCATED;
            }
            if (blocks == MAX_BLOCKS) {
                return Malformation.TOO_MANY;
            }
            int head = packet.u8(at);
            redundant = (head & 0x80) != 0;
            if (redundant && at + 4 > end) {
                return Malformation.TRUNCATED;
            }
            payloadTypes[blocks] = head & 0x7F;
            int rest = redundant ? packet.u24(at + 1) : 0;
            timestampOffsets[blocks] = rest >>> 10;
            lengths[blocks] = rest & 0x3FF;
            blocks++;
            at += redundant ? 4 : 1;
        }
        for (int i = 0; i < blocks; i++) {
            offsets[i] = at;
            at += lengths[i];
        }
        if (at > end) {
            return Malformation.TRUNCATED;
        }
        lengths[blocks - 1] = end - at;
        count = blocks;
        return null;
    }

    /** With the primary one. */
    public int blockCount() {
        return count;
    }

    public void rewind() {
        index = -1;
    }

    /** Steps to the next block; false when there is none. */
    public boolean next() {
        if (index + 1 >= count) {
            return false;
        }
        index++;
        return true;
    }

    public boolean isPrimary() {
        return index == count - 1;
    }

    public int payloadType() {
        return payloadTypes[index];
    }

    /** How far the block's timestamp is behind the packet's; 0 for the primary one. */
    public int timestampOffset() {
        return timestampOffsets[index];
    }

    public int blockOffset() {
        return offsets[index];
    }

    public int blockLength() {
        return lengths[index];
    }
}
