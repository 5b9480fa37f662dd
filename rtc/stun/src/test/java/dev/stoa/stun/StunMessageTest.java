package dev.stoa.stun;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.wire.Datagram;
import dev.stoa.wire.Malformation;
import dev.stoa.wire.TransportAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

class StunMessageTest {
    private static final TransactionId ID = new TransactionId(0x0102030405060708L, 0x090A0B0C);

    private final Datagram datagram = Datagram.allocate(4096);
    private final IntegrityKey key = IntegrityKey.shortTerm("0123456789abcdefghijkl");

    @Test
    void everyClassAndMethodSurvivesTheTypeField() {
        for (var messageClass : StunClass.values()) {
            for (int method = 0; method < 0x1000; method++) {
                int type = messageClass.typeField(method);
                assertEquals(messageClass, StunClass.ofTypeField(type));
                assertEquals(method, StunClass.methodOfTypeField(type));
                assertEquals(0, type & 0xC000);
            }
        }
    }

    @Test
    void allocateHasTheTypesOfRfc8656() {
        assertEquals(0x0003, StunClass.REQUEST.typeField(StunMethod.ALLOCATE));
        assertEquals(0x0103, StunClass.SUCCESS.typeField(StunMethod.ALLOCATE));
        assertEquals(0x0113, StunClass.ERROR.typeField(StunMethod.ALLOCATE));
        assertEquals(0x0016, StunClass.INDICATION.typeField(StunMethod.SEND));
    }

    @Test
    void truncatedAnywhereItIsRefused() {
        for (var vector :
                new byte[][] {Vectors.REQUEST, Vectors.RESPONSE_IPV4, Vectors.RESPONSE_IPV6, Vectors.LONG_TERM_REQUEST
                }) {
            for (int length = 0; length < vector.length; length++) {
                assertEquals(Malformation.TRUNCATED, why(Arrays.copyOf(vector, length)), "cut to " + length);
            }
        }
    }

    /** Cut with the header saying so: what was checked must not be read past the end. */
    @Test
    void truncatedWithAFittingHeaderItIsReadOrRefusedButNeverThrows() {
        for (int length = StunMessage.HEADER_LENGTH; length < Vectors.REQUEST.length; length += 4) {
            var cut = Arrays.copyOf(Vectors.REQUEST, length);
            cut[3] = (byte) (length - StunMessage.HEADER_LENGTH);
            var parsed = StunMessage.parse(Datagram.copyOf(cut));
            if (parsed instanceof StunMessage message) {
                assertEquals(-1, message.offset(StunAttribute.FINGERPRINT));
            } else {
                assertEquals(new StunParse.Malformed(Malformation.TRUNCATED), parsed);
            }
        }
    }

    @Test
    void refusesWhatIsNotStun() {
        assertEquals(Malformation.BAD_MAGIC, why(changed(Vectors.REQUEST, 4, 0x20)));
        assertEquals(Malformation.BAD_MAGIC, why(changed(Vectors.REQUEST, 0, 0x80)));
        assertEquals(Malformation.BAD_LENGTH, why(Arrays.copyOf(Vectors.REQUEST, Vectors.REQUEST.length + 4)));
    }

    @Test
    void tellsStunFromOtherProtocolsByTheFirstByteAndTheCookie() {
        assertTrue(StunMessage.looksLikeStun(Datagram.copyOf(Vectors.REQUEST)));
        assertFalse(StunMessage.looksLikeStun(Datagram.copyOf(changed(Vectors.REQUEST, 0, 22))));
        assertFalse(StunMessage.looksLikeStun(Datagram.copyOf(changed(Vectors.REQUEST, 7, 0))));
        assertFalse(StunMessage.looksLikeStun(Datagram.copyOf(Arrays.copyOf(Vectors.REQUEST, 19))));
    }

    @Test
    void aChangedBitBreaksTheFingerprint() {
        assertEquals(Malformation.BAD_CHECK, why(changed(Vectors.REQUEST, 44, 0)));
    }

    @Test
    void nothingMayFollowTheFingerprint() {
        var bytes = Arrays.copyOf(Vectors.REQUEST, Vectors.REQUEST.length + 4);
        bytes[3] = (byte) (bytes[3] + 4);
        assertEquals(Malformation.BAD_LENGTH, why(bytes));
    }

    @Test
    void aChangedBitBreaksTheIntegrity() {
        writer(StunClass.REQUEST).username("a:b").integrity(key);
        assertTrue(parse().verify(key));
        datagram.put8(24, 'c');
        assertFalse(parse().verify(key));
    }

    @Test
    void integrityHoldsWithAFingerprintAndAStrongerIntegrityAfterIt() {
        writer(StunClass.REQUEST)
                .username("a:b")
                .integrity(key)
                .integritySha256(key)
                .fingerprint();
        var message = parse();
        assertTrue(message.verify(key));
        assertTrue(message.verifySha256(key));
        assertFalse(message.verifySha256(IntegrityKey.shortTerm("other")));
    }

    /** RFC 8489, 14.6: the receiver computes with the length that came, here 20 for the header's field. */
    @Test
    void integrityBySha256MayBeCutTo16BytesAndNoFurther() throws GeneralSecurityException {
        writer(StunClass.REQUEST);
        datagram.put16(2, 20);
        var mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec("0123456789abcdefghijkl".getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        var digest = mac.doFinal(datagram.toArray());
        writer(StunClass.REQUEST).bytes(StunAttribute.MESSAGE_INTEGRITY_SHA256, Arrays.copyOf(digest, 16));
        assertTrue(parse().verifySha256(key));
        writer(StunClass.REQUEST).bytes(StunAttribute.MESSAGE_INTEGRITY_SHA256, Arrays.copyOf(digest, 12));
        assertEquals(new StunParse.Malformed(Malformation.BAD_LENGTH), StunMessage.parse(datagram));
    }

    @Test
    void attributesAfterTheIntegrityAreNotThere() {
        writer(StunClass.REQUEST).username("a:b").integrity(key);
        int end = datagram.length();
        datagram.setLength(end + 4);
        datagram.put16(end, StunAttribute.USE_CANDIDATE);
        datagram.put16(end + 2, 0);
        datagram.put16(2, end + 4 - StunMessage.HEADER_LENGTH);
        var message = parse();
        assertFalse(message.has(StunAttribute.USE_CANDIDATE));
        assertTrue(message.verify(key));
    }

    @Test
    void withoutIntegrityNothingVerifies() {
        writer(StunClass.REQUEST).username("a:b");
        assertFalse(parse().verify(key));
        assertFalse(parse().verifySha256(key));
    }

    @Test
    void anEmptyPasswordIsAKeyToo() {
        var empty = IntegrityKey.shortTerm("");
        writer(StunClass.REQUEST).integrity(empty);
        assertTrue(parse().verify(empty));
        assertFalse(parse().verify(key));
    }

    @Test
    void theFirstOfTwoAttributesOfOneTypeCounts() {
        writer(StunClass.REQUEST).username("first").username("second");
        assertEquals("first", parse().text(StunAttribute.USERNAME));
    }

    @Test
    void listsUnknownAttributesThatMustBeUnderstoodAndNoOthers() {
        writer(StunClass.REQUEST)
                .flag(0x7777)
                .u32(StunAttribute.NETWORK_COST, 10)
                .flag(0x7777)
                .bytes(0x0002, new byte[3])
                .username("a:b");
        assertArrayEquals(new int[] {0x7777, 0x0002}, parse().unknownRequired());
    }

    @Test
    void errorCodesAreWrittenWithoutAPhraseAndReadWithOne() {
        writer(StunClass.ERROR).errorCode(487);
        assertEquals(28, datagram.length());
        assertEquals(487, parse().errorCode());
        writer(StunClass.ERROR).bytes(StunAttribute.ERROR_CODE, new byte[] {0, 0, 4, 38, 'S', 't', 'a', 'l', 'e'});
        assertEquals(438, parse().errorCode());
    }

    @Test
    void absentAttributesReadAsAbsent() {
        writer(StunClass.REQUEST);
        var message = parse();
        assertNull(message.text(StunAttribute.USERNAME));
        assertNull(message.bytes(StunAttribute.DATA));
        assertNull(message.address(StunAttribute.MAPPED_ADDRESS));
        assertNull(message.xorAddress(StunAttribute.XOR_MAPPED_ADDRESS));
        assertEquals(-1, message.u32(StunAttribute.PRIORITY));
        assertEquals(-1, message.errorCode());
        assertEquals(-1, message.length(StunAttribute.USERNAME));
    }

    @Test
    void addressesSurviveInPlainAndMasked() {
        for (var host : new String[] {"192.0.2.7", "2001:db8::7", "255.255.255.255", "::"}) {
            var address = TransportAddress.of(host, 65535);
            writer(StunClass.SUCCESS)
                    .address(StunAttribute.MAPPED_ADDRESS, address)
                    .xorAddress(StunAttribute.XOR_MAPPED_ADDRESS, address);
            assertEquals(address, parse().address(StunAttribute.MAPPED_ADDRESS));
            assertEquals(address, parse().xorAddress(StunAttribute.XOR_MAPPED_ADDRESS));
        }
    }

    @Test
    void valuesOutOfTheirShapeAreRefused() {
        assertEquals(Malformation.BAD_LENGTH, whyAttribute(StunAttribute.PRIORITY, 3));
        assertEquals(Malformation.BAD_LENGTH, whyAttribute(StunAttribute.USE_CANDIDATE, 1));
        assertEquals(Malformation.BAD_LENGTH, whyAttribute(StunAttribute.ICE_CONTROLLING, 4));
        assertEquals(Malformation.BAD_LENGTH, whyAttribute(StunAttribute.XOR_MAPPED_ADDRESS, 12));
        assertEquals(Malformation.BAD_LENGTH, whyAttribute(StunAttribute.MESSAGE_INTEGRITY, 19));
        assertEquals(Malformation.BAD_LENGTH, whyAttribute(StunAttribute.USERNAME, 514));
        assertEquals(Malformation.BAD_LENGTH, whyAttribute(StunAttribute.UNKNOWN_ATTRIBUTES, 3));
        assertEquals(Malformation.BAD_VALUE, whyAttribute(StunAttribute.XOR_MAPPED_ADDRESS, 8));
        assertEquals(Malformation.BAD_VALUE, whyAttribute(StunAttribute.ERROR_CODE, 4));
    }

    @Test
    void aBombOfAttributesIsRefused() {
        var writer = writer(StunClass.REQUEST);
        for (int i = 0; i < StunMessage.MAX_ATTRIBUTES; i++) {
            writer.flag(0xC100 + i);
        }
        parse();
        writer.flag(0xC200);
        assertEquals(new StunParse.Malformed(Malformation.TOO_MANY), StunMessage.parse(datagram));
    }

    /** Attributes behind the integrity are passed over, but they cost time, so they count. */
    @Test
    void aBombBehindTheIntegrityIsRefusedToo() {
        writer(StunClass.REQUEST).integrity(key);
        int end = datagram.length() + 4 * StunMessage.MAX_ATTRIBUTES;
        int begin = datagram.length();
        datagram.setLength(end);
        datagram.fill(begin, end - begin, 0);
        datagram.put16(2, end - StunMessage.HEADER_LENGTH);
        assertEquals(new StunParse.Malformed(Malformation.TOO_MANY), StunMessage.parse(datagram));
    }

    @Test
    void aMessageLongerThanAllowedIsRefused() {
        writer(StunClass.INDICATION).bytes(StunAttribute.DATA, new byte[3000]);
        assertEquals(new StunParse.Malformed(Malformation.TOO_MANY), StunMessage.parse(datagram));
        assertInstanceOf(StunMessage.class, StunMessage.parse(datagram, 4096));
        assertThrows(IllegalArgumentException.class, () -> StunMessage.parse(datagram, 70_000));
    }

    @Test
    void anAnswerToAnUnauthenticatedRequestIsSmall() {
        StunWriter.writeBindingSuccess(datagram, ID, TransportAddress.of("192.0.2.1", 1));
        assertEquals(32, datagram.length());
        StunWriter.writeBindingSuccess(datagram, ID, TransportAddress.of("2001:db8::1", 1));
        assertEquals(44, datagram.length());
        assertEquals(TransportAddress.of("2001:db8::1", 1), parse().xorAddress(StunAttribute.XOR_MAPPED_ADDRESS));
    }

    @Test
    void theWriterRefusesAttributesOutOfOrder() {
        var writer = writer(StunClass.REQUEST).integrity(key);
        assertThrows(IllegalStateException.class, () -> writer.username("late"));
        writer.fingerprint();
        assertThrows(IllegalStateException.class, () -> writer.integritySha256(key));
        var error = writer(StunClass.ERROR);
        assertThrows(IllegalArgumentException.class, () -> error.errorCode(299));
    }

    @Test
    void theWriterLeavesNothingOfTheBytesBefore() {
        datagram.setLength(100);
        datagram.fill(0, 100, 0xFF);
        writer(StunClass.REQUEST).username("abcde");
        assertArrayEquals(new byte[3], datagram.toArray(29, 3));
    }

    private StunWriter writer(StunClass messageClass) {
        return new StunWriter(datagram, messageClass, StunMethod.BINDING, ID);
    }

    private StunMessage parse() {
        return assertInstanceOf(StunMessage.class, StunMessage.parse(datagram));
    }

    private Malformation whyAttribute(int type, int length) {
        writer(StunClass.REQUEST).bytes(type, new byte[length]);
        return why(datagram.toArray());
    }

    private static Malformation why(byte[] bytes) {
        return assertInstanceOf(StunParse.Malformed.class, StunMessage.parse(Datagram.copyOf(bytes)))
                .why();
    }

    private static byte[] changed(byte[] bytes, int at, int value) {
        var copy = bytes.clone();
        copy[at] = (byte) value;
        return copy;
    }
}
