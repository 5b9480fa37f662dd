package dev.stoa.peer;

import dev.stoa.ice.IceState;
import dev.stoa.rtp.EncodedFrame;
import dev.stoa.sctp.DataChannelEvent;

/** What a PeerConnection tells its owner. */
public sealed interface PeerEvent {
    record SignalingStateChange(SignalingState state) implements PeerEvent {}

    record ConnectionStateChange(PeerConnectionState state) implements PeerEvent {}

    record IceConnectionStateChange(IceState state) implements PeerEvent {}

    /**
     * A local candidate, to be told to the other side.
     *
     * @param candidate as RTCIceCandidate has it; empty when no more will come
     * @param sdpMid the m-section that stands for the transport
     * @param usernameFragment the ICE generation that it belongs to
     */
    record IceCandidate(String candidate, String sdpMid, String usernameFragment) implements PeerEvent {}

    /** An offer is due: a transceiver was added, stopped or turned round, or ICE is to be restarted. */
    record NegotiationNeeded() implements PeerEvent {}

    /** The other side sends in this transceiver's m-section from now on. */
    record Track(RtpTransceiver transceiver) implements PeerEvent {}

    /** A whole encoded frame came, in the order of the stream. A frame that could not be decoded is not told. */
    record Frame(RtpReceiver receiver, EncodedFrame frame) implements PeerEvent {}

    /** Something has happened to a data channel. */
    record Data(DataChannelEvent event) implements PeerEvent {}

    /** The other side cannot decode on: send a key frame soon. At most once in {@link RtpSender#KEY_FRAME_SPACING_NANOS}. */
    record KeyFrameRequested(RtpSender sender) implements PeerEvent {}
}
