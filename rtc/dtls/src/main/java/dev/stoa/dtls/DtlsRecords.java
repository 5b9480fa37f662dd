package dev.stoa.dtls;

import dev.stoa.wire.Malformation;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Looks through a datagram before the TLS library sees it (RFC 6347, 4.1 and 4.2.2). The library would allocate whatever
 * length a handshake message claims, and give up an association for one short encrypted record that anybody can send.
 */
final class DtlsRecords {
    static final int HEADER_LENGTH = 13;

    /** Explicit nonce and tag of AES-GCM, the only ciphers we agree to (RFC 5288, 3). */
    static final int GCM_OVERHEAD = 8 + 16;

    /** Longer than any chain of certificates that WebRTC endpoints send. */
    static final int MAX_MESSAGE_LENGTH = 16_384;

    static final int ALERT = 21;
    static final int HANDSHAKE = 22;
    private static final int CHANGE_CIPHER_SPEC = 20;
    private static final int APPLICATION_DATA = 23;
    private static final int CLIENT_HELLO = 1;
    private static final int MESSAGE_HEADER_LENGTH = 12;
    private static final int RANDOM_LENGTH = 32;
    private static final int VERSION_1_0 = 0xFEFF;
    private static final int VERSION_1_2 = 0xFEFD;

    private DtlsRecords() {}

    /** Null when every record of the datagram is well-formed. */
    static @Nullable Malformation check(byte[] datagram) {
        if (datagram.length == 0) {
            return Malformation.TRUNCATED;
        }
        int at = 0;
        while (at < datagram.length) {
            if (datagram.length - at < HEADER_LENGTH) {
                return Malformation.TRUNCATED;
            }
            int type = datagram[at] & 0xFF;
            if (type < CHANGE_CIPHER_SPEC || type > APPLICATION_DATA) {
                return Malformation.UNKNOWN_TYPE;
            }
            int version = u16(datagram, at + 1);
            if (version != VERSION_1_0 && version != VERSION_1_2) {
                return Malformation.BAD_MAGIC;
            }
            int length = u16(datagram, at + 11);
            int body = at + HEADER_LENGTH;
            if (length > datagram.length - body) {
                return Malformation.TRUNCATED;
            }
            var malformation = switch (u16(datagram, at + 3)) {
                case 0 -> checkPlain(datagram, type, body, length);
                case 1 -> length < GCM_OVERHEAD ? Malformation.BAD_LENGTH : null;
                // A third epoch would be a renegotiation, and there is none (RFC 8827, 6.5).
                default -> Malformation.BAD_VALUE;
            };
            if (malformation != null) {
                return malformation;
            }
            at = body + length;
        }
        return null;
    }

    private static @Nullable Malformation checkPlain(byte[] datagram, int type, int at, int length) {
        return switch (type) {
            case CHANGE_CIPHER_SPEC -> length == 1 ? null : Malformation.BAD_LENGTH;
            case ALERT -> length == 2 ? null : Malformation.BAD_LENGTH;
            case HANDSHAKE -> checkFragments(datagram, at, length);
            default -> Malformation.UNKNOWN_TYPE;
        };
    }

    private static @Nullable Malformation checkFragments(byte[] datagram, int at, int length) {
        if (length == 0) {
            return Malformation.BAD_LENGTH;
        }
        int end = at + length;
        while (at < end) {
            if (end - at < MESSAGE_HEADER_LENGTH) {
                return Malformation.TRUNCATED;
            }
            int messageLength = u24(datagram, at + 1);
            int offset = u24(datagram, at + 6);
            int fragmentLength = u24(datagram, at + 9);
            if (messageLength > MAX_MESSAGE_LENGTH) {
                return Malformation.TOO_MANY;
            }
            if (offset + fragmentLength > messageLength || (fragmentLength == 0 && messageLength > 0)) {
                return Malformation.BAD_LENGTH;
            }
            if (fragmentLength > end - at - MESSAGE_HEADER_LENGTH) {
                return Malformation.TRUNCATED;
            }
            at += MESSAGE_HEADER_LENGTH + fragmentLength;
        }
        return null;
    }

    /** Whether a well-formed datagram begins with a ClientHello or a later part of one. */
    static boolean isClientHello(byte[] datagram) {
        return datagram[0] == HANDSHAKE && u16(datagram, 3) == 0 && datagram[HEADER_LENGTH] == CLIENT_HELLO;
    }

    /** The client's random number, which tells one ClientHello from another; null in a later part. */
    static byte @Nullable [] clientRandom(byte[] datagram) {
        int at = HEADER_LENGTH + MESSAGE_HEADER_LENGTH + 2;
        if (u24(datagram, HEADER_LENGTH + 6) != 0 || u24(datagram, HEADER_LENGTH + 9) < 2 + RANDOM_LENGTH) {
            return null;
        }
        return Arrays.copyOfRange(datagram, at, at + RANDOM_LENGTH);
    }

    /** Whether the record is an alert that nothing protects. */
    static boolean isPlainAlert(byte[] bytes, int at) {
        return bytes[at] == ALERT && u16(bytes, at + 3) == 0;
    }

    static boolean isChangeCipherSpec(byte[] bytes, int at) {
        return bytes[at] == CHANGE_CIPHER_SPEC;
    }

    /** The number of the handshake message that a plain record of ours begins with, -1 when it begins with none. */
    static int beginningMessage(byte[] bytes, int at) {
        boolean begins = bytes[at] == HANDSHAKE && u16(bytes, at + 3) == 0 && u24(bytes, at + HEADER_LENGTH + 6) == 0;
        return begins ? u16(bytes, at + HEADER_LENGTH + 4) : -1;
    }

    private static int u16(byte[] bytes, int at) {
        return (bytes[at] & 0xFF) << 8 | (bytes[at + 1] & 0xFF);
    }

    private static int u24(byte[] bytes, int at) {
        return (bytes[at] & 0xFF) << 16 | u16(bytes, at + 1);
    }
}
