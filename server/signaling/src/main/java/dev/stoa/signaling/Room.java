package dev.stoa.signaling;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * A room: who is in it, what the others know of them, and how their media travels. Immutable; {@link #apply} takes a command
 * to the next state and the effects that the caller must carry out, in order. It knows nothing of connections, numbers or
 * tokens. The caller sends {@link Command.Wait} when {@link #timeout} has come.
 *
 * @param members in the order in which they came
 */
public record Room(String name, SequencedMap<String, Member> members, Terms terms, TopologyPolicy policy) {
    /** More than these are too many for connections of each with each: every one sends everything as often. */
    static final int MESH_PLACES = 6;

    /**
     * What the server grants a room.
     *
     * @param maxParticipants how many may be in it, those who may still return included
     * @param mediaInstance names the process that carries media; null: none does
     */
    public record Terms(int maxParticipants, @Nullable String mediaInstance) {}

    /** Somebody in the room, with what concerns the others and what does not. */
    public record Member(Participant participant, TopologyWish wish) {}

    /** What happens to a room. {@code id} is always the session's own, never a field of a message. */
    public sealed interface Command {
        record Enter(String id, String name, String instance, Media media, TopologyWish wish) implements Command {}

        /** A known participant is back on a new connection, perhaps with a new page. */
        record Return(String id, String name, String instance, Media media, TopologyWish wish) implements Command {}

        /** Its connection is lost. */
        record Lose(String id) implements Command {}

        record Leave(String id, LeaveReason reason) implements Command {}

        /** Something that a client said; join, leave, ping and view are not for the room. */
        record Say(String id, ClientMessage message, long nowMillis) implements Command {}

        /** Time has gone by. */
        record Wait() implements Command {}
    }

    /** What must happen to others because of a command. */
    public sealed interface Effect {
        record Send(String to, ServerMessage.Event event) implements Effect {}

        /** To everyone but {@code except}; null: to everyone. */
        record Broadcast(@Nullable String except, ServerMessage.Event event) implements Effect {}

        /** A message to a page that is gone: dropped, and counted by the caller. */
        record Stale() implements Effect {}

        /** Concerns the participant whose command it was. */
        sealed interface Own extends Effect {}

        /** The command was not carried out. */
        record Refuse(Problem problem) implements Own {}

        /**
         * The participant offers the server's media a PeerConnection.
         *
         * @param sends what it sends now
         */
        record OfferToServer(String sdp, Map<String, SourceKind> sources, Media sends) implements Own {}

        /** The server's media must know that the participant sends something else than before. */
        record MediaChanged(Media sends) implements Own {}
    }

    /** The next state, and what must be done. */
    public record Transition(Room room, List<Effect> effects) {
        public Transition {
            effects = List.copyOf(effects);
        }

        /** Why the command was not carried out, or null when it was. */
        @Nullable Problem refusal() {
            return !effects.isEmpty() && effects.getFirst() instanceof Effect.Refuse(var problem) ? problem : null;
        }
    }

    private static final Problem NO_SUCH_PARTICIPANT = new Problem(
            ErrorCode.NO_SUCH_PARTICIPANT,
            "This participant is not in the room.",
            "Nothing to do if they just left; otherwise use an id from participants.");
    private static final Problem SFU_UNAVAILABLE = new Problem(
            ErrorCode.SFU_UNAVAILABLE, "This server carries no media.", "Connect with each participant directly.");
    private static final Problem NEVER_OFFERED = new Problem(
            ErrorCode.BAD_MESSAGE, "The server never offers: there is nothing to answer.", "Send it an offer.");

    public Room {
        members = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(members));
    }

    /** An empty room. */
    public static Room named(String name, Terms terms) {
        return new Room(name, new LinkedHashMap<>(), terms, TopologyPolicy.MESH);
    }

    public boolean isEmpty() {
        return members.isEmpty();
    }

    public Topology topology() {
        return policy.now();
    }

    /** How many the room holds while nobody in it changes what they ask for. */
    public int capacity() {
        return TopologyPolicy.allowsSfu(carriesMedia(), wishes(members))
                ? terms.maxParticipants()
                : Math.min(MESH_PLACES, terms.maxParticipants());
    }

    /** When {@link Command.Wait} changes something, in nanoseconds of the caller's clock; null: never. */
    public @Nullable Long timeout() {
        return policy.meshAtNanos();
    }

    /** Everyone but {@code id}, in the order in which they came. */
    public List<Participant> othersThan(String id) {
        var others = new ArrayList<Participant>(members.size());
        for (var member : members.values()) {
            if (!member.participant().id().equals(id)) {
                others.add(member.participant());
            }
        }
        return others;
    }

    public Transition apply(long nowNanos, Command command) {
        return switch (command) {
            case Command.Enter(var id, var who, var instance, var media, var wish) ->
                enter(nowNanos, new Member(new Participant(id, who, instance, media, true), wish));
            case Command.Return(var id, var who, var instance, var media, var wish) ->
                returned(nowNanos, new Member(new Participant(id, who, instance, media, true), wish));
            case Command.Lose(var id) -> {
                var member = members.get(id);
                yield member == null
                        ? unchanged()
                        : update(member, member.participant().withConnected(false));
            }
            case Command.Leave(var id, var reason) -> leave(nowNanos, id, reason);
            case Command.Say(var id, var message, var now) -> say(id, message, now);
            case Command.Wait() -> settle(after(nowNanos, members), null, List.of());
        };
    }

    private Transition enter(long nowNanos, Member newcomer) {
        // Its answer to the join says how things stand, so nothing here is for the newcomer.
        var id = newcomer.participant().id();
        return admit(
                after(nowNanos, with(newcomer)),
                id,
                List.of(new Effect.Broadcast(id, new ServerMessage.ParticipantJoined(newcomer.participant()))));
    }

    private Transition returned(long nowNanos, Member member) {
        var before = members.get(member.participant().id());
        return before == null
                ? enter(nowNanos, member)
                : admit(
                        after(nowNanos, with(member)),
                        null,
                        update(before, member.participant()).effects());
    }

    private Transition leave(long nowNanos, String id, LeaveReason reason) {
        if (!members.containsKey(id)) {
            return unchanged();
        }
        var rest = new LinkedHashMap<>(members);
        rest.remove(id);
        return settle(
                after(nowNanos, rest),
                null,
                List.of(new Effect.Broadcast(id, new ServerMessage.ParticipantLeft(id, reason))));
    }

    /** The room with these members, and with the topology that becomes them. */
    private Room after(long nowNanos, SequencedMap<String, Member> next) {
        return new Room(name, next, terms, policy.next(nowNanos, carriesMedia(), wishes(next)));
    }

    /** Goes on as {@code next} if that can hold its members. */
    private Transition admit(Room next, @Nullable String except, List<Effect> effects) {
        return next.members.size() > next.capacity()
                ? effect(new Effect.Refuse(full(next)))
                : settle(next, except, effects);
    }

    /** Goes on as {@code next}; everyone but {@code except} hears of another topology, after the other effects. */
    private Transition settle(Room next, @Nullable String except, List<Effect> effects) {
        if (next.topology() == topology()) {
            return new Transition(next, effects);
        }
        var all = new ArrayList<>(effects);
        all.add(new Effect.Broadcast(except, new ServerMessage.TopologyChanged(next.topology())));
        return new Transition(next, all);
    }

    private Problem full(Room wanted) {
        return wanted.members.size() <= capacity()
                ? new Problem(
                        ErrorCode.ROOM_FULL,
                        "Too many are in this room for a connection with each of them.",
                        "Join with another topology than mesh: the server then passes the media on.")
                : new Problem(
                        ErrorCode.ROOM_FULL,
                        "The room is full: " + members.size() + " participants are in it.",
                        "Try again when somebody has left.");
    }

    private Transition say(String id, ClientMessage message, long nowMillis) {
        var member = members.get(id);
        if (member == null) {
            return unchanged();
        }
        var sender = member.participant();
        return switch (message) {
            case ClientMessage.Rename(var newName) -> update(member, sender.withName(newName));
            case ClientMessage.SetMedia(var media) -> update(member, sender.withMedia(media));
            case ClientMessage.Offer offer when isToServer(offer) -> offerToServer(sender, offer);
            case ClientMessage.Answer answer when isToServer(answer) -> effect(new Effect.Refuse(NEVER_OFFERED));
            // The server learns a client's addresses from its connectivity checks (RFC 8445, 7.3.1.3).
            case ClientMessage.Candidate candidate when isToServer(candidate) -> unchanged();
            case ClientMessage.Offer offer -> send(offer, new ServerMessage.Offer(id, offer.sdp(), offer.sources()));
            case ClientMessage.Answer answer ->
                send(answer, new ServerMessage.Answer(id, answer.sdp(), answer.sources()));
            case ClientMessage.Candidate candidate ->
                send(candidate, new ServerMessage.Candidate(id, candidate.candidate()));
            case ClientMessage.Chat(var chatId, var text) ->
                effect(new Effect.Broadcast(id, new ServerMessage.Chat(id, sender.name(), chatId, text, nowMillis)));
            case ClientMessage.Join _, ClientMessage.Leave _, ClientMessage.Ping _, ClientMessage.View _ -> unchanged();
        };
    }

    private static boolean isToServer(ClientMessage.Targeted message) {
        return message.to().equals(ClientMessage.Targeted.SERVER);
    }

    private Transition offerToServer(Participant sender, ClientMessage.Offer offer) {
        if (!carriesMedia()) {
            return effect(new Effect.Refuse(SFU_UNAVAILABLE));
        }
        return effect(
                offer.instance().equals(terms.mediaInstance())
                        ? new Effect.OfferToServer(offer.sdp(), offer.sources(), sender.media())
                        : new Effect.Stale());
    }

    private Transition send(ClientMessage.Targeted message, ServerMessage.Event event) {
        var addressee = members.get(message.to());
        if (addressee == null) {
            return effect(new Effect.Refuse(NO_SUCH_PARTICIPANT));
        }
        return effect(
                addressee.participant().instance().equals(message.instance())
                        ? new Effect.Send(message.to(), event)
                        : new Effect.Stale());
    }

    private Transition update(Member before, Participant after) {
        if (after.equals(before.participant())) {
            return unchanged();
        }
        var effects = new ArrayList<Effect>();
        effects.add(new Effect.Broadcast(after.id(), new ServerMessage.ParticipantUpdated(after)));
        if (carriesMedia() && !after.media().equals(before.participant().media())) {
            effects.add(new Effect.MediaChanged(after.media()));
        }
        return new Transition(new Room(name, with(new Member(after, before.wish())), terms, policy), effects);
    }

    private boolean carriesMedia() {
        return terms.mediaInstance() != null;
    }

    private static Collection<TopologyWish> wishes(SequencedMap<String, Member> members) {
        return members.values().stream().map(Member::wish).toList();
    }

    private SequencedMap<String, Member> with(Member member) {
        var all = new LinkedHashMap<>(members);
        all.put(member.participant().id(), member);
        return all;
    }

    private Transition effect(Effect effect) {
        return new Transition(this, List.of(effect));
    }

    private Transition unchanged() {
        return new Transition(this, List.of());
    }
}
