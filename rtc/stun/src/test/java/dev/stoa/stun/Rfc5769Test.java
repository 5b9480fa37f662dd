package dev.stoa.stun;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.wire.Datagram;
import dev.stoa.wire.TransportAddress;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class Rfc5769Test {
    private static final TransactionId ID = new TransactionId(0xb7e7a701bc34d686L, 0xfa87dfae);

    private final IntegrityKey shortTerm = IntegrityKey.shortTerm(Vectors.SHORT_TERM_PASSWORD);

    @Test
    void readsTheSampleRequest() {
        var message = parse(Vectors.REQUEST);
        assertTrue(message.is(StunClass.REQUEST, StunMethod.BINDING));
        assertEquals(ID, message.transactionId());
        assertEquals("STUN test client", message.text(StunAttribute.SOFTWARE));
        assertEquals(0x6e0001ffL, message.u32(StunAttribute.PRIORITY));
        assertEquals(0x932ff9b151263b36L, message.i64(StunAttribute.ICE_CONTROLLED));
        assertEquals("evtj:h6vY", message.text(StunAttribute.USERNAME));
        assertTrue(message.verify(shortTerm));
        assertFalse(message.verify(IntegrityKey.shortTerm("another")));
        assertEquals(0, message.unknownRequired().length);
    }

    @Test
    void readsTheSampleIpv4Response() {
        var message = parse(Vectors.RESPONSE_IPV4);
        assertTrue(message.is(StunClass.SUCCESS, StunMethod.BINDING));
        assertEquals("test vector", message.text(StunAttribute.SOFTWARE));
        assertEquals(TransportAddress.of("192.0.2.1", 32853), message.xorAddress(StunAttribute.XOR_MAPPED_ADDRESS));
        assertTrue(message.verify(shortTerm));
    }

    @Test
    void readsTheSampleIpv6Response() {
        var message = parse(Vectors.RESPONSE_IPV6);
        assertEquals(
                TransportAddress.of("2001:db8:1234:5678:11:2233:4455:6677", 32853),
                message.xorAddress(StunAttribute.XOR_MAPPED_ADDRESS));
        assertTrue(message.verify(shortTerm));
    }

    @Test
    void readsTheSampleRequestWithLongTermAuthentication() {
        var message = parse(Vectors.LONG_TERM_REQUEST);
        assertEquals(Vectors.LONG_TERM_USERNAME, message.text(StunAttribute.USERNAME));
        assertEquals("f//499k954d6OL34oL9FSTvy64sA", message.text(StunAttribute.NONCE));
        assertEquals("example.org", message.text(StunAttribute.REALM));
        assertTrue(message.verify(longTerm()));
        assertFalse(message.verify(shortTerm));
    }

    @Test
    void writesTheSampleRequestWithLongTermAuthenticationByteForByte() {
        var datagram = Datagram.allocate(200);
        var id = new TransactionId(0x78ad3433c6ad72c0L, 0x29da412e);
        new StunWriter(datagram, StunClass.REQUEST, StunMethod.BINDING, id)
                .username(Vectors.LONG_TERM_USERNAME)
                .text(StunAttribute.NONCE, "f//499k954d6OL34oL9FSTvy64sA")
                .text(StunAttribute.REALM, "example.org")
                .integrity(longTerm());
        assertArrayEquals(Vectors.LONG_TERM_REQUEST, datagram.toArray());
    }

    /** The samples pad with spaces, as RFC 5389 allowed; the writer pads with zeros, as RFC 8489 wants. */
    @Test
    void writesTheSampleResponsesButForTheirPadding() {
        for (var vector : new byte[][] {Vectors.RESPONSE_IPV4, Vectors.RESPONSE_IPV6}) {
            var mapped = parse(vector).xorAddress(StunAttribute.XOR_MAPPED_ADDRESS);
            assertTrue(mapped != null);
            var datagram = Datagram.allocate(200);
            new StunWriter(datagram, StunClass.SUCCESS, StunMethod.BINDING, ID)
                    .text(StunAttribute.SOFTWARE, "test vector")
                    .xorAddress(StunAttribute.XOR_MAPPED_ADDRESS, mapped);
            int protectedLength = vector.length - 24 - 8;
            var expected = Arrays.copyOf(vector, protectedLength);
            expected[3] = (byte) (expected[3] - 24 - 8);
            expected[35] = 0;
            assertArrayEquals(expected, datagram.toArray());
        }
    }

    private static IntegrityKey longTerm() {
        return IntegrityKey.longTerm(Vectors.LONG_TERM_USERNAME, "example.org", Vectors.LONG_TERM_PASSWORD);
    }

    private static StunMessage parse(byte[] bytes) {
        return assertInstanceOf(StunMessage.class, StunMessage.parse(Datagram.copyOf(bytes)));
    }
}
