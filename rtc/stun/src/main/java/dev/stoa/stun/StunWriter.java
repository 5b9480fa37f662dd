package dev.stoa.stun;

import dev.stoa.wire.Datagram;
import dev.stoa.wire.TransportAddress;
import java.nio.charset.StandardCharsets;

/**
 * Writes a message into a datagram (RFC 8489, 5 and 14). After each call the datagram is a whole message; the order is that
 * of the calls: attributes, then integrity, then the fingerprint.
 *
 * <p>Calling contract: the datagram is the writer's until the last attribute. A datagram too small is an
 * {@link IndexOutOfBoundsException}, a wrong order an {@link IllegalStateException}: both are the caller's faults. 600 bytes
 * hold every message that ICE writes.
 */
public final class StunWriter {
    private enum Stage {
        ATTRIBUTES,
        SHA1_DONE,
        SHA256_DONE,
        COMPLETE
    }

    private final Datagram target;
    private final TransactionId transactionId;
    private int length = StunMessage.HEADER_LENGTH;
    private Stage stage = Stage.ATTRIBUTES;

    public StunWriter(Datagram target, StunClass messageClass, int method, TransactionId transactionId) {
        if (method < 0 || method > 0xFFF) {
            throw new IllegalArgumentException("a method has 12 bits, not " + method);
        }
        this.target = target;
        this.transactionId = transactionId;
        target.setLength(length);
        target.put16(0, messageClass.typeField(method));
        target.put16(2, 0);
        target.put32(4, StunMessage.MAGIC_COOKIE);
        target.put64(8, transactionId.high());
        target.put32(16, transactionId.low());
    }

    /**
     * The whole answer to a request that nothing authenticates: 32 bytes, 44 for IPv6. No SOFTWARE, no FINGERPRINT, so that
     * it is never worth more to a forger than the request cost him.
     */
    public static void writeBindingSuccess(Datagram target, TransactionId transactionId, TransportAddress mapped) {
        new StunWriter(target, StunClass.SUCCESS, StunMethod.BINDING, transactionId)
                .xorAddress(StunAttribute.XOR_MAPPED_ADDRESS, mapped);
    }

    public StunWriter flag(int type) {
        attribute(type, 0);
        return this;
    }

    public StunWriter u32(int type, long value) {
        target.put32(attribute(type, 4), (int) value);
        return this;
    }

    public StunWriter i64(int type, long value) {
        target.put64(attribute(type, 8), value);
        return this;
    }

    public StunWriter bytes(int type, byte[] value) {
        target.put(attribute(type, value.length), value, 0, value.length);
        return this;
    }

    public StunWriter text(int type, String value) {
        return bytes(type, value.getBytes(StandardCharsets.UTF_8));
    }

    public StunWriter username(String username) {
        return text(StunAttribute.USERNAME, username);
    }

    /** In plain, as in MAPPED-ADDRESS (RFC 8489, 14.1). */
    public StunWriter address(int type, TransportAddress address) {
        writeAddress(type, address, 0, 0, 0);
        return this;
    }

    /** As in XOR-MAPPED-ADDRESS (RFC 8489, 14.2). */
    public StunWriter xorAddress(int type, TransportAddress address) {
        long cookieAndHead = (long) StunMessage.MAGIC_COOKIE << 32 | transactionId.high() >>> 32;
        long tail = transactionId.high() << 32 | (transactionId.low() & 0xFFFF_FFFFL);
        writeAddress(type, address, cookieAndHead, tail, StunMessage.MAGIC_COOKIE >>> 16);
        return this;
    }

    /** @param code 300 to 699; without a reason phrase, which only makes the answer bigger */
    public StunWriter errorCode(int code) {
        if (code < 300 || code > 699) {
            throw new IllegalArgumentException("an error code is 300 to 699, not " + code);
        }
        return u32(StunAttribute.ERROR_CODE, ((code / 100) << 8) | (code % 100));
    }

    /** Why there is no address of a family (RFC 8656, 18.12): 1 is IPv4, 2 IPv6. */
    public StunWriter addressErrorCode(int family, int code) {
        return u32(StunAttribute.ADDRESS_ERROR_CODE, (long) family << 24 | (code / 100) << 8 | code % 100);
    }

    public StunWriter unknownAttributes(int... types) {
        int at = attribute(StunAttribute.UNKNOWN_ATTRIBUTES, 2 * types.length);
        for (int i = 0; i < types.length; i++) {
            target.put16(at + 2 * i, types[i]);
        }
        return this;
    }

    /** MESSAGE-INTEGRITY over all written so far. */
    public StunWriter integrity(IntegrityKey key) {
        int at = attribute(StunAttribute.MESSAGE_INTEGRITY, 20);
        key.writeSha1(target, at);
        stage = Stage.SHA1_DONE;
        return this;
    }

    /** MESSAGE-INTEGRITY-SHA256 over all written so far; may follow {@link #integrity}. */
    public StunWriter integritySha256(IntegrityKey key) {
        int at = attribute(StunAttribute.MESSAGE_INTEGRITY_SHA256, 32);
        key.writeSha256(target, at);
        stage = Stage.SHA256_DONE;
        return this;
    }

    /** FINGERPRINT, the end of the message. */
    public StunWriter fingerprint() {
        int at = attribute(StunAttribute.FINGERPRINT, 4);
        target.put32(at, StunMessage.fingerprint(target, at - 4));
        stage = Stage.COMPLETE;
        return this;
    }

    private void writeAddress(int type, TransportAddress address, long xorHigh, long xorLow, int xorPort) {
        boolean ipv4 = address.isIpv4();
        int at = attribute(type, ipv4 ? 8 : 20);
        target.put16(at, ipv4 ? StunMessage.FAMILY_IPV4 : StunMessage.FAMILY_IPV6);
        target.put16(at + 2, address.port() ^ xorPort);
        if (ipv4) {
            target.put32(at + 4, address.ipv4() ^ (int) (xorHigh >>> 32));
        } else {
            target.put64(at + 4, address.high() ^ xorHigh);
            target.put64(at + 12, address.low() ^ xorLow);
        }
    }

    /** Begins an attribute, pads it with zero bytes, and says where its value goes. */
    private int attribute(int type, int valueLength) {
        boolean inOrder = switch (stage) {
            case ATTRIBUTES -> true;
            case SHA1_DONE -> type == StunAttribute.MESSAGE_INTEGRITY_SHA256 || type == StunAttribute.FINGERPRINT;
            case SHA256_DONE -> type == StunAttribute.FINGERPRINT;
            case COMPLETE -> false;
        };
        if (!inOrder) {
            throw new IllegalStateException("too late for attribute 0x" + Integer.toHexString(type));
        }
        int value = length + 4;
        int end = value + (valueLength + 3 & ~3);
        target.setLength(end);
        target.put16(length, type);
        target.put16(length + 2, valueLength);
        target.fill(value + valueLength, end - value - valueLength, 0);
        target.put16(2, end - StunMessage.HEADER_LENGTH);
        length = end;
        return value;
    }
}
