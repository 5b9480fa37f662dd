package dev.stoa.fuzz;

import dev.stoa.rtp.RtpHeaderWriter;
import dev.stoa.rtp.RtpPacket;
import dev.stoa.rtp.Rtx;
import dev.stoa.wire.Datagram;
import java.util.List;

/** An RTP packet: read, every extension looked up, written anew, and sent through a retransmission. */
final class RtpTarget implements FuzzTarget {
    private static final int MAX_LENGTH = 2048;

    /** Written anew it has another form of extensions, perhaps. */
    private static final int CAPACITY = 2 * MAX_LENGTH;

    @Override
    public void run(byte[] input) {
        if (input.length > MAX_LENGTH) {
            return;
        }
        var datagram = Datagram.copyOf(input);
        var packet = new RtpPacket();
        if (packet.wrap(datagram) != null) {
            return;
        }
        Promise.that(
                packet.headerLength() + packet.payloadLength() + packet.paddingLength() == input.length,
                "header, payload and padding are the packet");
        Promise.that(packet.payloadLength() >= 0, "a payload is not shorter than nothing");
        for (int i = 0; i < packet.csrcCount(); i++) {
            Promise.that(packet.csrc(i) >= 0, "an SSRC is unsigned");
        }
        for (int i = 0; i < packet.extensionCount(); i++) {
            int id = packet.extensionId(i);
            int end = packet.extensionOffset(id) + packet.extensionLength(id);
            Promise.that(end <= packet.headerLength(), "an extension is in the header");
            Promise.that(packet.extensionText(id) != null, "what is there can be read");
            Promise.that(
                    packet.extensionEquals(
                            id, datagram.toArray(packet.extensionOffset(id), packet.extensionLength(id))),
                    "an extension equals itself");
        }
        writeAnew(packet);
        retransmit(packet);
    }

    private static void writeAnew(RtpPacket packet) {
        var target = Datagram.allocate(CAPACITY);
        var writer = new RtpHeaderWriter();
        writer.begin(
                target,
                0,
                packet.marker(),
                packet.payloadType(),
                packet.sequenceNumber(),
                packet.timestamp(),
                packet.ssrc());
        for (int i = 0; i < packet.csrcCount(); i++) {
            writer.csrc(packet.csrc(i));
        }
        for (int i = 0; i < packet.extensionCount(); i++) {
            int id = packet.extensionId(i);
            writer.copyExtension(id, packet, id);
        }
        target.setLength(writer.end());
        var again = new RtpPacket();
        Promise.that(again.wrap(target) == null, "what was written can be read");
        Promise.that(
                again.ssrc() == packet.ssrc()
                        && again.csrcCount() == packet.csrcCount()
                        && again.sequenceNumber() == packet.sequenceNumber()
                        && again.extensionCount() == packet.extensionCount(),
                "what was written is what was read");
        for (int i = 0; i < packet.extensionCount(); i++) {
            int id = packet.extensionId(i);
            Promise.that(
                    again.extensionEquals(
                            id, packet.datagram().toArray(packet.extensionOffset(id), packet.extensionLength(id))),
                    "an extension is written as it was read");
        }
    }

    private static void retransmit(RtpPacket original) {
        var wrapped = Datagram.allocate(CAPACITY);
        Rtx.wrap(original, wrapped, 97, 1, 2);
        var rtx = new RtpPacket();
        Promise.that(rtx.wrap(wrapped) == null, "a retransmission is a packet");
        Promise.that(
                Rtx.originalSequenceNumber(rtx) == original.sequenceNumber(), "it says what it is a retransmission of");
        var unwrapped = Datagram.allocate(CAPACITY);
        Promise.that(
                Rtx.unwrap(rtx, unwrapped, original.payloadType(), original.ssrc()) == null, "and is unwrapped again");
        var back = new RtpPacket();
        Promise.that(
                back.wrap(unwrapped) == null && back.payloadLength() == original.payloadLength(),
                "to what it was before");
        // As if the other side had wrapped it.
        Rtx.unwrap(original, unwrapped, 96, 3);
    }

    @Override
    public List<byte[]> seeds() {
        return List.of(
                Seeds.hex("80e0 0001 00000002 00000003 aabbcc"),
                Seeds.hex("82e0 0001 00000002 00000003 00000004 00000005 aabbcc"),
                // mid, transport-cc, audio level, in one-byte form; padding of three.
                Seeds.hex("b060 0001 00000002 00000003 bede0003 1030 31 0001 10 ff 2000 000000 aabbcc 000003"),
                Seeds.hex("9060 0001 00000002 00000003 bede0002 1030 3100 5112 3400 aabbcc"),
                // The two-byte form, one element without data.
                Seeds.hex("9060 0001 00000002 00000003 10000002 0101 3002 000f0211 aabbcc"),
                Seeds.hex("9060 0001 00000002 00000003 12340001 00000000 aabbcc"));
    }
}
