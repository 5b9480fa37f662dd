package dev.stoa.loop;

import dev.stoa.net.RemoteAddress;
import dev.stoa.net.SendBatch;
import dev.stoa.wire.Datagram;

/**
 * What is to leave for one participant in this round of the loop: protected packets one behind the other, so that they go
 * out as one burst, from here.
 */
final class Staging {
    private static final int AREA_BYTES = 1 << 16;
    private static final int MAX_PACKETS = 128;

    private final Datagram area = Datagram.allocate(AREA_BYTES);
    private final int[] lengths = new int[MAX_PACKETS];
    private int count;
    private int end;

    Staging() {
        area.setLength(AREA_BYTES);
    }

    /** Where the next packet is to be written, at {@link #end}. */
    Datagram area() {
        return area;
    }

    int end() {
        return end;
    }

    boolean hasRoom(int bytes) {
        return count < MAX_PACKETS && end + bytes <= AREA_BYTES;
    }

    boolean isEmpty() {
        return count == 0;
    }

    /** The {@code length} bytes at {@link #end} are a packet. */
    void append(int length) {
        lengths[count++] = length;
        end += length;
    }

    void clear() {
        count = 0;
        end = 0;
    }

    /** Sends all from where it stands, see {@link SendBatch#begin(int, RemoteAddress, Datagram)}. */
    void flush(SendBatch out, int local, RemoteAddress remote) {
        out.begin(local, remote, area);
        for (int i = 0; i < count; i++) {
            out.append(lengths[i]);
        }
        out.end();
        clear();
    }
}
