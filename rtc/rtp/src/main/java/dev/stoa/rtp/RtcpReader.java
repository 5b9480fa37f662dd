package dev.stoa.rtp;

import dev.stoa.wire.Datagram;
import dev.stoa.wire.Malformation;
import org.jspecify.annotations.Nullable;

/**
 * Reads a compound (RFC 3550, 6.1) or reduced-size (RFC 5506) RTCP packet, part by part, without allocating.
 *
 * <pre>{@code
 * reader.wrap(datagram);
 * for (var packet = reader.next(); packet != null; packet = reader.next()) {
 *     switch (packet) {
 *         case Nack nack -> ...
 *     }
 * }
 * if (reader.malformation() != null) { count it }
 * }</pre>
 *
 * <p>Calling contract: the bytes are plain. What {@link #next} returns is good until it is called again. When a part is
 * malformed, {@link #next} returns null and {@link #malformation} says why: what came before counts, the rest is refused.
 */
public final class RtcpReader {
    /** A sender packs about five; each may cost some work. */
    public static final int MAX_PACKETS = 64;

    private final SenderReport senderReport = new SenderReport();
    private final ReceiverReport receiverReport = new ReceiverReport();
    private final SourceDescription sourceDescription = new SourceDescription();
    private final Goodbye goodbye = new Goodbye();
    private final Nack nack = new Nack();
    private final TransportFeedback transportFeedback = new TransportFeedback();
    private final PictureLossIndication pictureLossIndication = new PictureLossIndication();
    private final FullIntraRequest fullIntraRequest = new FullIntraRequest();
    private final Remb remb = new Remb();
    private final ExtendedReport extendedReport = new ExtendedReport();
    private final UnknownRtcp unknown = new UnknownRtcp();

    private Datagram datagram = Nothing.DATAGRAM;
    private int at;
    private int packets;
    private @Nullable Malformation malformation;

    public RtcpReader() {}

    /** Begins with the first part of {@code plain}. */
    public void wrap(Datagram plain) {
        datagram = plain;
        at = 0;
        packets = 0;
        malformation = plain.length() == 0 ? Malformation.TRUNCATED : null;
    }

    /** The next part, null at the end or when it is malformed. */
    public @Nullable RtcpPacket next() {
        int room = datagram.length() - at;
        if (malformation != null || room == 0) {
            return null;
        }
        if (room < RtcpPacket.HEADER_LENGTH) {
            return refuse(Malformation.TRUNCATED);
        }
        int first = datagram.u8(at);
        if (first >>> 6 != RtpPacket.VERSION) {
            return refuse(Malformation.BAD_MAGIC);
        }
        int length = 4 * (datagram.u16(at + 2) + 1);
        if (length > room) {
            return refuse(Malformation.TRUNCATED);
        }
        if (++packets > MAX_PACKETS) {
            return refuse(Malformation.TOO_MANY);
        }
        int content = length;
        if ((first & 0x20) != 0) {
            // RFC 3550, 6.4.1: only the last part may be padded, by a multiple of four.
            int padding = datagram.u8(at + length - 1);
            if (length != room || padding == 0 || padding % 4 != 0 || padding > length - RtcpPacket.HEADER_LENGTH) {
                return refuse(Malformation.BAD_PADDING);
            }
            content -= padding;
        }
        var packet = read(at, content, first & 0x1F, datagram.u8(at + 1));
        at += length;
        return packet;
    }

    /** Why reading stopped before the end, null when it did not. */
    public @Nullable Malformation malformation() {
        return malformation;
    }

    private @Nullable RtcpPacket read(int start, int length, int count, int type) {
        return switch (type) {
            case RtcpPacket.SENDER_REPORT -> accept(senderReport, senderReport.wrap(datagram, start, length, count));
            case RtcpPacket.RECEIVER_REPORT ->
                accept(receiverReport, receiverReport.wrap(datagram, start, length, count));
            case RtcpPacket.SOURCE_DESCRIPTION ->
                accept(sourceDescription, sourceDescription.wrap(datagram, start, length, count));
            case RtcpPacket.GOODBYE -> accept(goodbye, goodbye.wrap(datagram, start, length, count));
            case RtcpPacket.TRANSPORT_LAYER_FEEDBACK -> readTransportLayer(start, length, count);
            case RtcpPacket.PAYLOAD_SPECIFIC_FEEDBACK -> readPayloadSpecific(start, length, count);
            case RtcpPacket.EXTENDED_REPORT -> accept(extendedReport, extendedReport.wrap(datagram, start, length));
            default -> unknown(start);
        };
    }

    private @Nullable RtcpPacket readTransportLayer(int start, int length, int format) {
        return switch (format) {
            case Nack.FORMAT -> accept(nack, nack.wrap(datagram, start, length));
            case TransportFeedback.FORMAT -> accept(transportFeedback, transportFeedback.wrap(datagram, start, length));
            default -> unknown(start);
        };
    }

    private @Nullable RtcpPacket readPayloadSpecific(int start, int length, int format) {
        return switch (format) {
            case PictureLossIndication.FORMAT ->
                accept(pictureLossIndication, pictureLossIndication.wrap(datagram, start, length));
            case FullIntraRequest.FORMAT -> accept(fullIntraRequest, fullIntraRequest.wrap(datagram, start, length));
            case Remb.FORMAT ->
                Remb.is(datagram, start, length) ? accept(remb, remb.wrap(datagram, start, length)) : unknown(start);
            default -> unknown(start);
        };
    }

    private RtcpPacket unknown(int start) {
        unknown.wrap(datagram, start);
        return unknown;
    }

    private @Nullable RtcpPacket accept(RtcpPacket packet, @Nullable Malformation why) {
        return why == null ? packet : refuse(why);
    }

    private @Nullable RtcpPacket refuse(Malformation why) {
        malformation = why;
        return null;
    }
}
