package dev.stoa.fuzz;

import dev.stoa.ice.IceAgent;
import dev.stoa.stun.IntegrityKey;
import dev.stoa.stun.StunAttribute;
import dev.stoa.stun.StunMessage;
import dev.stoa.wire.Datagram;
import java.util.List;

/** A STUN message: parsed, every attribute read as everything, its integrity checked. */
final class StunTarget implements FuzzTarget {
    private static final int[] TYPES = {
        StunAttribute.MAPPED_ADDRESS,
        StunAttribute.USERNAME,
        StunAttribute.ERROR_CODE,
        StunAttribute.UNKNOWN_ATTRIBUTES,
        StunAttribute.XOR_MAPPED_ADDRESS,
        StunAttribute.XOR_PEER_ADDRESS,
        StunAttribute.PRIORITY,
        StunAttribute.USE_CANDIDATE,
        StunAttribute.ICE_CONTROLLED,
        StunAttribute.DATA,
        StunAttribute.FINGERPRINT,
        0x7FFF
    };
    private static final IntegrityKey KEY = IntegrityKey.shortTerm("VOkJxbRl1RmTxUk/WvJxBt");

    @Override
    public void run(byte[] input) {
        walk(Datagram.copyOf(input));
        if (input.length >= StunMessage.HEADER_LENGTH) {
            var repaired = Datagram.copyOf(input);
            repaired.put8(0, repaired.u8(0) & 0x3F);
            repaired.put16(2, input.length - StunMessage.HEADER_LENGTH);
            repaired.put32(4, StunMessage.MAGIC_COOKIE);
            walk(repaired);
        }
    }

    private static void walk(Datagram datagram) {
        var ufrag = IceAgent.localUfrag(datagram);
        Promise.that(ufrag == null || ufrag.length() <= 256, "a ufrag is short");
        if (!(StunMessage.parse(datagram) instanceof StunMessage message)) {
            return;
        }
        for (int type : TYPES) {
            Promise.canBeRead(message.u32(type), message.i64(type));
            Promise.that(message.has(type) == (message.text(type) != null), "what is there can be read");
            var mapped = message.address(type);
            var xored = message.xorAddress(type);
            Promise.that((mapped == null) == (xored == null), "an address has two readings or none");
            Promise.that(message.length(type) <= datagram.length(), "an attribute is in its message");
        }
        int code = message.errorCode();
        Promise.that(code == -1 || (code >= 300 && code <= 699), "an error code is one");
        Promise.that(message.unknownRequired().length <= StunMessage.MAX_ATTRIBUTES, "attributes are few");
        Promise.that(
                !message.verify(KEY) || message.has(StunAttribute.MESSAGE_INTEGRITY), "no integrity is no integrity");
        Promise.that(
                !message.verifySha256(KEY) || message.has(StunAttribute.MESSAGE_INTEGRITY_SHA256),
                "no integrity is no integrity");
    }

    /** RFC 5769, 2.1, 2.2 and 2.3, and a request with the newer integrity. */
    @Override
    public List<byte[]> seeds() {
        return List.of(
                Seeds.hex("""
                        00010058 2112a442 b7e7a701 bc34d686 fa87dfae
                        80220010 5354554e 20746573 7420636c 69656e74
                        00240004 6e0001ff 80290008 932ff9b1 51263b36
                        00060009 6576746a 3a683676 59202020
                        00080014 9aeaa70c bfd8cb56 781ef2b5 b2d3f249 c1b571a2
                        80280004 e57a3bcf"""),
                Seeds.hex("""
                        0101003c 2112a442 b7e7a701 bc34d686 fa87dfae
                        8022000b 74657374 20766563 746f7220 00200008 0001a147 e112a643
                        00080014 2b91f599 fd9e90c3 8c7489f9 2af9ba53 f06be7d7
                        80280004 c07d4c96"""),
                Seeds.hex("""
                        01010048 2112a442 b7e7a701 bc34d686 fa87dfae
                        8022000b 74657374 20766563 746f7220
                        00200014 0002a147 0113a9fa a5d3f179 bc25f4b5 bed2b9d9
                        00080014 a382954e 4be67bf1 1784c97c 8292c275 bfe3ed41
                        80280004 c8fb0b4c"""),
                Seeds.hex("0101 0038 2112a442 000000000000000000000000 0009 0008 0000 0401 626164ff 000a 0004 00030024"
                        + "001c0020" + "00".repeat(32)));
    }
}
