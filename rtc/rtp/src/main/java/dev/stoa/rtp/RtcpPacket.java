package dev.stoa.rtp;

import dev.stoa.wire.Datagram;

/**
 * One RTCP packet of a compound one (RFC 3550, 6.1), as {@link RtcpReader} shows it: a view, good until the reader goes on.
 *
 * <pre>
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |V=2|P|  count  | packet type   |  length in words, minus one   |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * </pre>
 */
public sealed interface RtcpPacket
        permits SenderReport,
                ReceiverReport,
                SourceDescription,
                Goodbye,
                Nack,
                TransportFeedback,
                PictureLossIndication,
                FullIntraRequest,
                Remb,
                ExtendedReport,
                UnknownRtcp {
    int HEADER_LENGTH = 4;

    int SENDER_REPORT = 200;
    int RECEIVER_REPORT = 201;
    int SOURCE_DESCRIPTION = 202;
    int GOODBYE = 203;
    /** RFC 4585, 6.2. */
    int TRANSPORT_LAYER_FEEDBACK = 205;
    /** RFC 4585, 6.3. */
    int PAYLOAD_SPECIFIC_FEEDBACK = 206;
    /** RFC 3611. */
    int EXTENDED_REPORT = 207;

    /** Whether a datagram that is RTP or RTCP is RTCP (RFC 5761, 4): its packet type is 192 to 223. */
    static boolean isRtcp(Datagram datagram) {
        if (datagram.length() < 2) {
            return false;
        }
        int type = datagram.u8(1);
        return type >= 192 && type <= 223;
    }
}
