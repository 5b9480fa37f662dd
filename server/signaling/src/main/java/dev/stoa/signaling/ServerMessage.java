package dev.stoa.signaling;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the server says (docs/PROTOCOL.md, "Server to client"). */
public sealed interface ServerMessage {
    /**
     * Answer to a join.
     *
     * @param mediaInstance names the process that carries media; null when this server carries none
     * @param maxParticipants how many the room holds as it is now
     */
    record Joined(
            String room,
            String participant,
            String name,
            SessionKind session,
            long seq,
            long received,
            String resumeToken,
            int resumeSeconds,
            List<Participant> participants,
            Topology topology,
            @Nullable String mediaInstance,
            int maxMessageBytes,
            int maxParticipants)
            implements ServerMessage {
        public Joined {
            participants = List.copyOf(participants);
        }
    }

    record Pong(@Nullable Double t, long received) implements ServerMessage {}

    /** @param re the {@code n} of the refused message */
    record Refused(Problem problem, @Nullable Long re) implements ServerMessage {}

    /** The last message on a connection that the server ends. */
    record Closing(Problem problem, @Nullable Long retryAfterMs) implements ServerMessage {}

    /** What a client that was away must not miss: numbered and delivered again. */
    sealed interface Event extends ServerMessage {}

    record ParticipantJoined(Participant participant) implements Event {}

    record ParticipantUpdated(Participant participant) implements Event {}

    record ParticipantLeft(String participant, LeaveReason reason) implements Event {}

    record Offer(String from, String sdp, Map<String, SourceKind> sources) implements Event {}

    record Answer(String from, String sdp, Map<String, SourceKind> sources) implements Event {}

    record Candidate(String from, @Nullable IceCandidate candidate) implements Event {}

    record TopologyChanged(Topology topology) implements Event {}

    /** The complete map mid -> what it carries, of the receiver's PeerConnection with the server. */
    record Slots(Map<String, Slot> slots) implements Event {}

    /** The complete map mid -> the layers that anybody wants of what the receiver sends there; of a mid that is missing: all. */
    record Layers(Map<String, WantedLayers> layers) implements Event {}

    /** @param atMillis since 1970 */
    record Chat(String from, String name, String id, String text, long atMillis) implements Event {}
}
