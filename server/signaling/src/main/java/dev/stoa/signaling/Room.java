package dev.stoa.signaling;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * A room: who is in it and what the others know of them. Immutable; {@link #apply} takes a command to the next state and
 * the effects that the caller must carry out, in order. It knows nothing of connections, numbers or tokens.
 *
 * @param members in the order in which they came
 * @param capacity how many may be in it, those who may still return included
 */
public record Room(String name, SequencedMap<String, Participant> members, int capacity) {

    /** What happens to a room. {@code id} is always the session's own, never a field of a message. */
    public sealed interface Command {
        record Enter(String id, String name, String instance, Media media) implements Command {}

        /** A known participant is back on a new connection, perhaps with a new page. */
        record Return(String id, String name, String instance, Media media) implements Command {}

        /** Its connection is lost. */
        record Lose(String id) implements Command {}

        record Leave(String id, LeaveReason reason) implements Command {}

        /** Something that a client said; join, leave and ping are not for the room. */
        record Say(String id, ClientMessage message, long nowMillis) implements Command {}
    }

    /** What must happen to others because of a command. */
    public sealed interface Effect {
        record Send(String to, ServerMessage.Event event) implements Effect {}

        /** To everyone but {@code except}. */
        record Broadcast(String except, ServerMessage.Event event) implements Effect {}

        /** The command was not carried out. */
        record Refuse(Problem problem) implements Effect {}

        /** A message to a page that is gone: dropped, and counted by the caller. */
        record Stale() implements Effect {}
    }

    /** The next state, and what must be done. */
    public record Transition(Room room, List<Effect> effects) {
        public Transition {
            effects = List.copyOf(effects);
        }
    }

    private static final Problem NO_SUCH_PARTICIPANT = new Problem(
            ErrorCode.NO_SUCH_PARTICIPANT,
            "This participant is not in the room.",
            "Nothing to do if they just left; otherwise use an id from participants.");

    public Room {
        members = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(members));
    }

    /** An empty room. */
    public static Room named(String name, int capacity) {
        return new Room(name, new LinkedHashMap<>(), capacity);
    }

    public boolean isEmpty() {
        return members.isEmpty();
    }

    /** Everyone but {@code id}, in the order in which they came. */
    public List<Participant> othersThan(String id) {
        var others = new ArrayList<Participant>(members.size());
        for (var member : members.values()) {
            if (!member.id().equals(id)) {
                others.add(member);
            }
        }
        return others;
    }

    public Transition apply(Command command) {
        return switch (command) {
            case Command.Enter(var id, var who, var instance, var media) ->
                enter(new Participant(id, who, instance, media, true));
            case Command.Return(var id, var who, var instance, var media) ->
                returned(new Participant(id, who, instance, media, true));
            case Command.Lose(var id) -> {
                var member = members.get(id);
                yield member == null ? unchanged() : update(member.withConnected(false));
            }
            case Command.Leave(var id, var reason) -> leave(id, reason);
            case Command.Say(var id, var message, var now) -> say(id, message, now);
        };
    }

    private Transition enter(Participant newcomer) {
        if (members.size() >= capacity) {
            return effect(new Effect.Refuse(new Problem(
                    ErrorCode.ROOM_FULL,
                    "The room is full: " + capacity + " participants are in it.",
                    "Try again when somebody has left.")));
        }
        return new Transition(
                with(newcomer),
                List.of(new Effect.Broadcast(newcomer.id(), new ServerMessage.ParticipantJoined(newcomer))));
    }

    private Transition returned(Participant member) {
        return members.containsKey(member.id()) ? update(member) : enter(member);
    }

    private Transition leave(String id, LeaveReason reason) {
        if (!members.containsKey(id)) {
            return unchanged();
        }
        var rest = new LinkedHashMap<>(members);
        rest.remove(id);
        return new Transition(
                new Room(name, rest, capacity),
                List.of(new Effect.Broadcast(id, new ServerMessage.ParticipantLeft(id, reason))));
    }

    private Transition say(String id, ClientMessage message, long nowMillis) {
        var sender = members.get(id);
        if (sender == null) {
            return unchanged();
        }
        return switch (message) {
            case ClientMessage.Rename(var newName) -> update(sender.withName(newName));
            case ClientMessage.SetMedia(var media) -> update(sender.withMedia(media));
            case ClientMessage.Offer offer -> send(offer, new ServerMessage.Offer(id, offer.sdp(), offer.sources()));
            case ClientMessage.Answer answer ->
                send(answer, new ServerMessage.Answer(id, answer.sdp(), answer.sources()));
            case ClientMessage.Candidate candidate ->
                send(candidate, new ServerMessage.Candidate(id, candidate.candidate()));
            case ClientMessage.Chat(var chatId, var text) ->
                effect(new Effect.Broadcast(id, new ServerMessage.Chat(id, sender.name(), chatId, text, nowMillis)));
            case ClientMessage.Join _, ClientMessage.Leave _, ClientMessage.Ping _ -> unchanged();
        };
    }

    private Transition send(ClientMessage.Targeted message, ServerMessage.Event event) {
        @Nullable Participant addressee = members.get(message.to());
        if (addressee == null) {
            return effect(new Effect.Refuse(NO_SUCH_PARTICIPANT));
        }
        return effect(
                addressee.instance().equals(message.instance())
                        ? new Effect.Send(message.to(), event)
                        : new Effect.Stale());
    }

    private Transition update(Participant member) {
        if (member.equals(members.get(member.id()))) {
            return unchanged();
        }
        return new Transition(
                with(member), List.of(new Effect.Broadcast(member.id(), new ServerMessage.ParticipantUpdated(member))));
    }

    private Room with(Participant member) {
        var all = new LinkedHashMap<>(members);
        all.put(member.id(), member);
        return new Room(name, all, capacity);
    }

    private Transition effect(Effect effect) {
        return new Transition(this, List.of(effect));
    }

    private Transition unchanged() {
        return new Transition(this, List.of());
    }
}
