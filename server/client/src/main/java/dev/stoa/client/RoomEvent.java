package dev.stoa.client;

import dev.stoa.peer.PeerConnectionState;
import dev.stoa.peer.RtpReceiver;
import dev.stoa.rtp.EncodedFrame;
import dev.stoa.signaling.LeaveReason;
import dev.stoa.signaling.Participant;
import dev.stoa.signaling.Slot;
import dev.stoa.signaling.SourceKind;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a {@link RoomClient} tells its owner. */
public sealed interface RoomEvent {
    /** @param participant the own id */
    record Joined(String participant, List<Participant> others) implements RoomEvent {
        public Joined {
            others = List.copyOf(others);
        }
    }

    record ParticipantJoined(Participant participant) implements RoomEvent {}

    /** Name, media or connection changed. */
    record ParticipantUpdated(Participant participant) implements RoomEvent {}

    record ParticipantLeft(Participant participant, LeaveReason reason) implements RoomEvent {}

    /** Of the PeerConnection with the server: media flows while it is CONNECTED. */
    record ConnectionStateChange(PeerConnectionState state) implements RoomEvent {}

    /** @param slots what each m-section carries from now on, by mid; one that is missing carries nothing */
    record SlotsChanged(Map<String, Slot> slots) implements RoomEvent {}

    /**
     * A frame came.
     *
     * @param mid the slot
     * @param slot whose it is; the media may be a moment ahead of signaling's word for it
     */
    record Frame(String mid, Optional<Slot> slot, RtpReceiver receiver, EncodedFrame frame) implements RoomEvent {}

    /** Somebody cannot decode on: send a key frame soon. {@link RoomClient#play} does. */
    record KeyFrameRequested(SourceKind source) implements RoomEvent {}

    record Chat(String from, String name, String text) implements RoomEvent {}

    /**
     * The last event: this participant has left, or was thrown out, or lost the server.
     *
     * @param reason for people
     */
    record Ended(String reason) implements RoomEvent {}
}
