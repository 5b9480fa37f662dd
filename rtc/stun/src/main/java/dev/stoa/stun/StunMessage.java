package dev.stoa.stun;

import dev.stoa.wire.Datagram;
import dev.stoa.wire.Malformation;
import dev.stoa.wire.TransportAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * A parsed STUN message (RFC 8489, 5).
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * |0 0|  type (method, class)     |  length after these 20 bytes  |
 * |                  magic cookie 0x2112A442                      |
 * |                  transaction id (96 bits)                     |
 * |  attributes: type (16), length (16), value, padding to 32 bits
 * </pre>
 *
 * <p>Calling contract: it is a view of its datagram and holds as long as the datagram's bytes stay. The shape of every
 * attribute that is named in {@link StunAttribute} was checked, so the readers below do not fail. A FINGERPRINT was
 * verified; integrity is asked for with {@link #verify}. Attributes that follow the integrity and are not protected by it
 * are not there (14.5). Of several with one type the first counts.
 */
public final class StunMessage implements StunParse {
    public static final int HEADER_LENGTH = 20;
    public static final int MAGIC_COOKIE = 0x2112A442;

    /** Real messages carry about ten. */
    public static final int MAX_ATTRIBUTES = 32;

    /** More than any Binding needs; a TURN message that carries data may say more. */
    public static final int DEFAULT_MAX_LENGTH = 2048;

    static final int FINGERPRINT_XOR = 0x5354554E;
    static final int FAMILY_IPV4 = 1;
    static final int FAMILY_IPV6 = 2;

    private final Datagram datagram;
    private final StunClass messageClass;
    private final int method;
    private final TransactionId transactionId;
    private final int count;
    // type << 32 | length << 16 | offset of the value
    private final long[] attributes;

    private StunMessage(Datagram datagram, long[] attributes, int count) {
        this.datagram = datagram;
        this.messageClass = StunClass.ofTypeField(datagram.u16(0));
        this.method = StunClass.methodOfTypeField(datagram.u16(0));
        this.transactionId = new TransactionId(datagram.i64(8), datagram.i32(16));
        this.attributes = attributes;
        this.count = count;
    }

    /** Whether the first byte (RFC 7983, 7) and the magic cookie are STUN's. */
    public static boolean looksLikeStun(Datagram datagram) {
        return datagram.length() >= HEADER_LENGTH && datagram.u8(0) <= 3 && datagram.i32(4) == MAGIC_COOKIE;
    }

    public static StunParse parse(Datagram datagram) {
        return parse(datagram, DEFAULT_MAX_LENGTH);
    }

    /** @param maxLength of the whole message, at most 65535 bytes; longer ones are malformed */
    public static StunParse parse(Datagram datagram, int maxLength) {
        if (maxLength > 0xFFFF) {
            throw new IllegalArgumentException("a datagram has at most 65535 bytes, not " + maxLength);
        }
        int length = datagram.length();
        if (length < HEADER_LENGTH) {
            return new Malformed(Malformation.TRUNCATED);
        }
        if (datagram.u8(0) > 0x3F || datagram.i32(4) != MAGIC_COOKIE) {
            return new Malformed(Malformation.BAD_MAGIC);
        }
        int announced = HEADER_LENGTH + datagram.u16(2);
        if (announced != length || length % 4 != 0) {
            return new Malformed(announced > length ? Malformation.TRUNCATED : Malformation.BAD_LENGTH);
        }
        if (length > maxLength) {
            return new Malformed(Malformation.TOO_MANY);
        }
        return parseAttributes(datagram, length);
    }

    private static StunParse parseAttributes(Datagram datagram, int length) {
        var attributes = new long[8];
        int count = 0;
        int seen = 0;
        int integrity = 0;
        int at = HEADER_LENGTH;
        while (at < length) {
            int type = datagram.u16(at);
            int valueLength = datagram.u16(at + 2);
            int value = at + 4;
            at = value + (valueLength + 3 & ~3);
            if (at > length) {
                return new Malformed(Malformation.TRUNCATED);
            }
            if (++seen > MAX_ATTRIBUTES) {
                return new Malformed(Malformation.TOO_MANY);
            }
            // After an integrity attribute only a stronger one and the fingerprint count (RFC 8489, 14.5 and 14.6).
            if (!counts(type, integrity)) {
                continue;
            }
            var why = check(datagram, type, value, valueLength);
            if (why == null && type == StunAttribute.FINGERPRINT) {
                why = checkFingerprint(datagram, value, length);
            }
            if (why != null) {
                return new Malformed(why);
            }
            if (type == StunAttribute.MESSAGE_INTEGRITY || type == StunAttribute.MESSAGE_INTEGRITY_SHA256) {
                integrity = type;
            }
            if (count == attributes.length) {
                attributes = Arrays.copyOf(attributes, 2 * count);
            }
            attributes[count++] = (long) type << 32 | (long) valueLength << 16 | value;
        }
        return new StunMessage(datagram, attributes, count);
    }

    private static boolean counts(int type, int integrity) {
        return switch (integrity) {
            case 0 -> true;
            case StunAttribute.MESSAGE_INTEGRITY ->
                type == StunAttribute.MESSAGE_INTEGRITY_SHA256 || type == StunAttribute.FINGERPRINT;
            default -> type == StunAttribute.FINGERPRINT;
        };
    }

    private static @Nullable Malformation check(Datagram datagram, int type, int value, int length) {
        if (!StunAttribute.fits(type, length)) {
            return Malformation.BAD_LENGTH;
        }
        return switch (type) {
            case StunAttribute.MAPPED_ADDRESS,
                    StunAttribute.XOR_MAPPED_ADDRESS,
                    StunAttribute.XOR_PEER_ADDRESS,
                    StunAttribute.XOR_RELAYED_ADDRESS,
                    StunAttribute.ALTERNATE_SERVER ->
                datagram.u8(value + 1) == (length == 8 ? FAMILY_IPV4 : FAMILY_IPV6) ? null : Malformation.BAD_VALUE;
            case StunAttribute.ERROR_CODE -> {
                int hundreds = datagram.u8(value + 2) & 7;
                boolean valid = hundreds >= 3 && hundreds <= 6 && datagram.u8(value + 3) <= 99;
                yield valid ? null : Malformation.BAD_VALUE;
            }
            default -> null;
        };
    }

    /** The CRC-32 of all that is before it (RFC 8489, 14.7); nothing may follow it. */
    private static @Nullable Malformation checkFingerprint(Datagram datagram, int value, int length) {
        if (value + 4 != length) {
            return Malformation.BAD_LENGTH;
        }
        return datagram.i32(value) == fingerprint(datagram, value - 4) ? null : Malformation.BAD_CHECK;
    }

    static int fingerprint(Datagram datagram, int length) {
        var crc = new CRC32();
        crc.update(datagram.view().clear().limit(length));
        return (int) crc.getValue() ^ FINGERPRINT_XOR;
    }

    public StunClass messageClass() {
        return messageClass;
    }

    /** 0 to 4095; {@link StunMethod} names some. */
    public int method() {
        return method;
    }

    public boolean is(StunClass wantedClass, int wantedMethod) {
        return messageClass == wantedClass && method == wantedMethod;
    }

    public TransactionId transactionId() {
        return transactionId;
    }

    public boolean has(int type) {
        return find(type) >= 0;
    }

    /** Where the value begins in the datagram, or -1. */
    public int offset(int type) {
        int index = find(type);
        return index < 0 ? -1 : (int) (attributes[index] & 0xFFFF);
    }

    /** How long the value is, without padding, or -1. */
    public int length(int type) {
        int index = find(type);
        return index < 0 ? -1 : (int) (attributes[index] >>> 16 & 0xFFFF);
    }

    /** A copy of the value. */
    public byte @Nullable [] bytes(int type) {
        int index = find(type);
        return index < 0 ? null : datagram.toArray(offset(type), length(type));
    }

    /** The value as UTF-8; bytes that are none become the replacement character. */
    public @Nullable String text(int type) {
        var bytes = bytes(type);
        return bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
    }

    /** The value's first byte, or -1 when there is no such attribute or it is empty. */
    public int u8(int type) {
        return length(type) < 1 ? -1 : datagram.u8(offset(type));
    }

    /** The value's first 32 bits, unsigned, or -1 when there is no such attribute or it is shorter. */
    public long u32(int type) {
        return length(type) < 4 ? -1 : datagram.u32(offset(type));
    }

    /** The value's first 64 bits, or 0 when there is no such attribute or it is shorter: ask {@link #has}. */
    public long i64(int type) {
        return length(type) < 8 ? 0 : datagram.i64(offset(type));
    }

    /** The address in an attribute such as MAPPED-ADDRESS, in plain. */
    public @Nullable TransportAddress address(int type) {
        return address(find(type), 0, 0, 0);
    }

    /** The address in an attribute such as XOR-MAPPED-ADDRESS (RFC 8489, 14.2). */
    public @Nullable TransportAddress xorAddress(int type) {
        return xorAddressAt(find(type));
    }

    /** The addresses in all attributes of a type, as CreatePermission has them (RFC 8656, 10.1), in their order. */
    public List<TransportAddress> xorAddresses(int type) {
        var addresses = new ArrayList<TransportAddress>();
        for (int i = 0; i < count; i++) {
            var address = attributes[i] >>> 32 == type ? xorAddressAt(i) : null;
            if (address != null) {
                addresses.add(address);
            }
        }
        return List.copyOf(addresses);
    }

    private @Nullable TransportAddress xorAddressAt(int index) {
        long cookieAndHead = (long) MAGIC_COOKIE << 32 | transactionId.high() >>> 32;
        long tail = transactionId.high() << 32 | (transactionId.low() & 0xFFFF_FFFFL);
        return address(index, cookieAndHead, tail, MAGIC_COOKIE >>> 16);
    }

    private @Nullable TransportAddress address(int index, long xorHigh, long xorLow, int xorPort) {
        int length = index < 0 ? -1 : (int) (attributes[index] >>> 16 & 0xFFFF);
        if (length != 8 && length != 20) {
            return null;
        }
        int at = (int) (attributes[index] & 0xFFFF);
        int port = datagram.u16(at + 2) ^ xorPort;
        if (length == 8) {
            return TransportAddress.ofIpv4(datagram.i32(at + 4) ^ (int) (xorHigh >>> 32), port);
        }
        return new TransportAddress(datagram.i64(at + 4) ^ xorHigh, datagram.i64(at + 12) ^ xorLow, port);
    }

    /** 300 to 699, or -1 without ERROR-CODE. */
    public int errorCode() {
        int at = offset(StunAttribute.ERROR_CODE);
        return at < 0 ? -1 : (datagram.u8(at + 2) & 7) * 100 + datagram.u8(at + 3);
    }

    /** The types that a receiver must understand and this code does not, for a 420 answer; most often empty. */
    public int[] unknownRequired() {
        return Arrays.stream(attributes, 0, count)
                .mapToInt(attribute -> (int) (attribute >>> 32))
                .filter(type -> StunAttribute.isComprehensionRequired(type) && !StunAttribute.isKnown(type))
                .distinct()
                .toArray();
    }

    /** Whether there is a MESSAGE-INTEGRITY and it is {@code key}'s (RFC 8489, 14.5). */
    public boolean verify(IntegrityKey key) {
        int at = offset(StunAttribute.MESSAGE_INTEGRITY);
        return at >= 0 && key.matchesSha1(datagram, at);
    }

    /** Whether there is a MESSAGE-INTEGRITY-SHA256 and it is {@code key}'s (RFC 8489, 14.6). */
    public boolean verifySha256(IntegrityKey key) {
        int at = offset(StunAttribute.MESSAGE_INTEGRITY_SHA256);
        return at >= 0 && key.matchesSha256(datagram, at, length(StunAttribute.MESSAGE_INTEGRITY_SHA256));
    }

    private int find(int type) {
        for (int i = 0; i < count; i++) {
            if (attributes[i] >>> 32 == type) {
                return i;
            }
        }
        return -1;
    }

    @Override
    public String toString() {
        return messageClass + " of method " + method + ", " + transactionId;
    }
}
