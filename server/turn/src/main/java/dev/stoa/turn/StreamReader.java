package dev.stoa.turn;

import dev.stoa.stun.ChannelData;
import dev.stoa.stun.StunMessage;
import dev.stoa.wire.Datagram;
import java.util.Arrays;

/**
 * Cuts the bytes of a TCP or TLS connection into messages: STUN messages say their length (RFC 8489, 6.2.2), so do ChannelData
 * messages, which are padded to four bytes (RFC 8656, 12.5).
 */
final class StreamReader {
    static final int NEED_MORE = -1;

    /** Neither of both: there is no way to find the next one. */
    static final int BROKEN = -2;

    static final int MAX_MESSAGE_BYTES = 0xFFFF;

    private static final int INITIAL_BYTES = 2048;

    private byte[] bytes = new byte[INITIAL_BYTES];
    private int at;
    private int end;

    /** More bytes came. */
    void add(byte[] more) {
        if (at > 0) {
            System.arraycopy(bytes, at, bytes, 0, end - at);
            end -= at;
            at = 0;
        }
        if (end + more.length > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, end + more.length));
        }
        System.arraycopy(more, 0, bytes, end, more.length);
        end += more.length;
    }

    /** Copies the next message to {@code target}, without padding: its length, or NEED_MORE or BROKEN. */
    int next(Datagram target) {
        if (end - at < ChannelData.HEADER_LENGTH) {
            return NEED_MORE;
        }
        int first = bytes[at] & 0xFF;
        int announced = (bytes[at + 2] & 0xFF) << 8 | (bytes[at + 3] & 0xFF);
        int length;
        int padded;
        if (first >>> 6 == 1) {
            length = ChannelData.HEADER_LENGTH + announced;
            padded = (length + 3) & ~3;
        } else if (first <= 3 && announced % 4 == 0) {
            length = StunMessage.HEADER_LENGTH + announced;
            padded = length;
        } else {
            return BROKEN;
        }
        if (padded > MAX_MESSAGE_BYTES) {
            return BROKEN;
        }
        if (end - at < padded) {
            return NEED_MORE;
        }
        target.put(0, bytes, at, length);
        target.setLength(length);
        at += padded;
        return length;
    }
}
