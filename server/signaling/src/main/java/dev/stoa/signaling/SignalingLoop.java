package dev.stoa.signaling;

import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The rooms pinned to one thread, and the sessions in them.
 *
 * <p>Calling contract: every method is called on one and the same thread; a call never blocks and finishes its effects
 * before it returns. The caller passes its monotonic clock as {@code nowNanos}, calls {@link #expire} when
 * {@link #nextTimeout} has come, and {@link #lost} once for each link that ended, whoever ended it.
 */
public final class SignalingLoop {
    /** Returned by {@link #nextTimeout} when nothing is waiting. */
    public static final long NEVER = Long.MAX_VALUE;

    private static final Duration RESUME_TOKEN_TTL = Duration.ofHours(24);
    private static final Problem TAKEN_OVER = new Problem(
            ErrorCode.SESSION_TAKEN_OVER, "This call goes on in another tab.", "Take it back here, or close this tab.");
    /** Why a connection ends whose client does not read. */
    public static final Problem TOO_SLOW = new Problem(
            ErrorCode.TOO_SLOW,
            "The connection was ended because it did not take what was sent to it.",
            "Connect again; on a slow network close other downloads.");

    private static final Problem RATE_LIMITED = new Problem(
            ErrorCode.RATE_LIMITED, "Too many messages in a short time.", "Send this one again in a second.");
    private static final Problem ALREADY_JOINED = new Problem(
            ErrorCode.ALREADY_JOINED,
            "This connection is in a room already.",
            "Open another connection for another room.");

    /** Outcome of a join. */
    public sealed interface Entry {
        record Admitted(Session session) implements Entry {}

        record Refused(Problem problem) implements Entry {}
    }

    private static final class Hosted {
        private Room state;
        private final Map<String, Session> sessions = new HashMap<>();

        Hosted(Room state) {
            this.state = state;
        }
    }

    private final String epoch;
    private final long startedAtNanos;
    private final SignalingLimits limits;
    private final Tokens tokens;
    private final RandomGenerator random;
    private final SignalingMeter meter;
    private final MediaGate media;
    private final Map<String, Hosted> rooms = new HashMap<>();

    /** Sessions whose connection is lost, the next to expire first: all wait equally long. */
    private final LinkedHashMap<Session, Long> suspended = new LinkedHashMap<>();

    /** Rooms that change their topology when time has gone by, the next one first: all wait equally long. */
    private final LinkedHashMap<String, Long> settling = new LinkedHashMap<>();

    private int sessionCount;

    /**
     * @param epoch names this server process
     * @param startedAtNanos when it began
     * @param media null: this server carries no media
     */
    public SignalingLoop(
            String epoch,
            long startedAtNanos,
            SignalingLimits limits,
            Tokens tokens,
            RandomGenerator random,
            SignalingMeter meter,
            @Nullable MediaServer media) {
        this.epoch = epoch;
        this.startedAtNanos = startedAtNanos;
        this.limits = limits;
        this.tokens = tokens;
        this.random = random;
        this.meter = meter;
        this.media = new MediaGate(media);
    }

    /**
     * Lets a client into its room: as a new participant, or as the one it was before.
     *
     * @param trusted needs no join token
     */
    public Entry join(long nowNanos, Link link, ClientMessage.Join join, boolean trusted) {
        var identity =
                join.resume() == null ? null : tokens.verifyResume(join.resume().token());
        if (identity != null && identity.room().equals(join.room())) {
            var hosted = rooms.get(join.room());
            var session = hosted == null ? null : hosted.sessions.get(identity.participant());
            if (session != null) {
                return resume(nowNanos, session, link, join, identity.epoch().equals(epoch));
            }
            if (!identity.epoch().equals(epoch) && nowNanos - startedAtNanos <= resumeNanos()) {
                return enter(nowNanos, identity.participant(), link, join, SessionKind.RESTORED);
            }
        }
        var refusal = trusted ? null : checkJoinToken(join);
        return refusal != null ? refuse(refusal) : enter(nowNanos, newParticipantId(), link, join, SessionKind.NEW);
    }

    /**
     * Takes a message from a session's client. Without effect when the session has gone on with another link than this: the
     * numbers of the page before are not those of the page now.
     *
     * @param n the client's number of the message, 0: none
     */
    @SuppressWarnings("ReferenceEquality") // the very connection, not one like it
    public void handle(long nowNanos, long nowMillis, Session session, Link link, ClientMessage message, long n) {
        meter.received();
        if (session.ended || session.link != link) {
            return;
        }
        if (n != 0) {
            if (n <= session.received) {
                return;
            }
            session.received = n;
        }
        if (!session.budget.tryTake(limits.messagesPerSecond(), limits.messagesBurst(), nowNanos)) {
            answer(session, RATE_LIMITED, n);
            return;
        }
        switch (message) {
            case ClientMessage.Join _ -> answer(session, ALREADY_JOINED, n);
            case ClientMessage.Leave _ -> end(nowNanos, session, LeaveReason.LEFT);
            case ClientMessage.Ping ping -> {
                if (ping.seq() != null) {
                    session.outbox.forget(ping.seq());
                }
                deliver(session, new Outgoing(new ServerMessage.Pong(ping.t(), session.received)), 0);
            }
            case ClientMessage.View(var slots) -> media.setView(session, slots);
            case ClientMessage.Rename _, ClientMessage.SetMedia _, ClientMessage.Chat _, ClientMessage.Targeted _ ->
                run(nowNanos, session, new Room.Command.Say(session.participant, message, nowMillis), n);
        }
    }

    /** The message numbered {@code n} could not be read: it is answered, and its number is used up. */
    @SuppressWarnings("ReferenceEquality") // as above
    public void refuse(Session session, Link link, Problem problem, @Nullable Long n) {
        if (session.ended || session.link != link) {
            return;
        }
        if (n != null && n > session.received) {
            session.received = n;
        }
        answer(session, problem, n == null ? 0 : n);
    }

    /** {@code link} ended. Without effect when the session has gone on with another one. */
    @SuppressWarnings("ReferenceEquality") // the very connection, not one like it
    public void lost(long nowNanos, Session session, Link link) {
        if (session.ended || session.link != link) {
            return;
        }
        session.link = null;
        session.expiresAtNanos = nowNanos + resumeNanos();
        suspended.put(session, session.expiresAtNanos);
        run(nowNanos, session, new Room.Command.Lose(session.participant), 0);
    }

    /** Passes on what the server's media says to a participant; what is for a page that is gone is dropped. */
    public void handleMedia(MediaEvent event) {
        var hosted = rooms.get(event.room());
        var session = hosted == null ? null : hosted.sessions.get(event.participant());
        if (session == null || !session.throughServer) {
            meter.stale();
            return;
        }
        switch (event) {
            case MediaEvent.Answered(var _, var _, var sdp) ->
                post(session, new Outgoing(new ServerMessage.Answer(ClientMessage.Targeted.SERVER, sdp, Map.of())));
            case MediaEvent.Refused(var _, var _, var problem, var n) -> answer(session, problem, n);
            case MediaEvent.Slots(var _, var _, var slots) -> {
                session.slots = slots;
                // Who is away is told on returning, once: its outbox is for what cannot be said anew.
                if (session.link != null) {
                    postSlots(session);
                }
            }
            case MediaEvent.Layers(var _, var _, var layers) -> {
                session.layers = layers;
                if (session.link != null) {
                    postLayers(session);
                }
            }
        }
    }

    /** Ends the sessions whose time to come back is over, and settles the topology of rooms. */
    public void expire(long nowNanos) {
        while (!suspended.isEmpty()) {
            var first = suspended.firstEntry().getKey();
            if (first.expiresAtNanos - nowNanos > 0) {
                break;
            }
            end(nowNanos, first, first.wasSlow ? LeaveReason.SLOW : LeaveReason.TIMEOUT);
        }
        while (!settling.isEmpty() && settling.firstEntry().getValue() - nowNanos <= 0) {
            var hosted = rooms.get(settling.firstEntry().getKey());
            if (hosted == null) {
                throw new IllegalStateException("a room that is gone waits");
            }
            apply(hosted, null, hosted.state.apply(nowNanos, new Room.Command.Wait()), 0);
        }
    }

    /** When {@link #expire} has something to do, or {@link #NEVER}. */
    public long nextTimeout() {
        if (suspended.isEmpty()) {
            return settling.isEmpty() ? NEVER : settling.firstEntry().getValue();
        }
        long expiry = suspended.firstEntry().getValue();
        return settling.isEmpty() || settling.firstEntry().getValue() - expiry > 0
                ? expiry
                : settling.firstEntry().getValue();
    }

    /** @param knowsSession the client has had an answer in this session: its numbers are of this server process */
    private Entry resume(long nowNanos, Session session, Link link, ClientMessage.Join join, boolean knowsSession) {
        var hosted = hostOf(session);
        var transition = hosted.state.apply(
                nowNanos,
                new Room.Command.Return(
                        session.participant, join.name(), join.instance(), join.media(), join.topology()));
        var refusal = transition.refusal();
        if (refusal != null) {
            return refuse(refusal);
        }
        if (session.link != null) {
            session.link.close(TAKEN_OVER, null);
        }
        suspended.remove(session);
        session.link = link;
        session.wasSlow = false;
        var samePage = session.instance.equals(join.instance());
        session.instance = join.instance();
        if (!samePage) {
            media.close(session);
        }
        var missed = samePage && knowsSession && join.resume() != null
                ? session.outbox.after(join.resume().seq())
                : null;
        // A page that missed more than was kept begins its negotiations again, as after a restart of the server.
        var kind = samePage && missed == null ? SessionKind.RESTORED : SessionKind.RESUMED;
        if (missed == null) {
            session.received = 0;
        }
        session.outbox.forget(session.outbox.lastSeq() - (missed == null ? 0 : missed.size()));
        meter.began(kind);
        sendJoined(session, join, kind);
        if (missed != null) {
            missed.forEach(numbered -> deliver(session, numbered.message(), numbered.seq()));
        }
        postSlots(session);
        postLayers(session);
        apply(hosted, session, transition, 0);
        return new Entry.Admitted(session);
    }

    private Entry enter(long nowNanos, String participant, Link link, ClientMessage.Join join, SessionKind kind) {
        var hosted = rooms.get(join.room());
        if (hosted == null) {
            if (rooms.size() >= limits.maxRooms()) {
                return refuse(new Problem(
                        ErrorCode.SERVER_FULL, "The server has no place for another room.", "Try again later."));
            }
            hosted = new Hosted(Room.named(join.room(), new Room.Terms(limits.maxParticipants(), media.instance())));
        }
        var transition = hosted.state.apply(
                nowNanos,
                new Room.Command.Enter(participant, join.name(), join.instance(), join.media(), join.topology()));
        var refusal = transition.refusal();
        if (refusal != null) {
            return refuse(refusal);
        }
        // The room's own copy of its name, one for all its sessions.
        var session = new Session(
                hosted.state.name(),
                participant,
                join.instance(),
                link,
                new TokenBucket(limits.messagesBurst(), nowNanos));
        rooms.put(join.room(), hosted);
        hosted.sessions.put(participant, session);
        hosted.state = transition.room();
        sessionCount++;
        meter.began(kind);
        tellSizes();
        sendJoined(session, join, kind);
        apply(hosted, session, transition, 0);
        return new Entry.Admitted(session);
    }

    private void sendJoined(Session session, ClientMessage.Join join, SessionKind kind) {
        var hosted = hostOf(session);
        var token = tokens.issueResume(new Tokens.Identity(session.room, session.participant, epoch), RESUME_TOKEN_TTL);
        deliver(
                session,
                new Outgoing(new ServerMessage.Joined(
                        session.room,
                        session.participant,
                        join.name(),
                        kind,
                        session.outbox.lastSeq(),
                        session.received,
                        token,
                        limits.resumeSeconds(),
                        hosted.state.othersThan(session.participant),
                        hosted.state.topology(),
                        media.instance(),
                        limits.maxMessageBytes(),
                        hosted.state.capacity())),
                0);
    }

    private void end(long nowNanos, Session session, LeaveReason reason) {
        session.ended = true;
        suspended.remove(session);
        media.close(session);
        run(nowNanos, session, new Room.Command.Leave(session.participant, reason), 0);
        var hosted = hostOf(session);
        hosted.sessions.remove(session.participant);
        if (hosted.sessions.isEmpty()) {
            rooms.remove(session.room);
            settling.remove(session.room);
        }
        sessionCount--;
        meter.ended(reason);
        tellSizes();
    }

    private void run(long nowNanos, Session session, Room.Command command, long n) {
        var hosted = hostOf(session);
        apply(hosted, session, hosted.state.apply(nowNanos, command), n);
    }

    /** @param cause whose command it was; null: time's */
    private void apply(Hosted hosted, @Nullable Session cause, Room.Transition transition, long n) {
        hosted.state = transition.room();
        var timeout = hosted.state.timeout();
        if (timeout == null) {
            settling.remove(hosted.state.name());
        } else {
            settling.putIfAbsent(hosted.state.name(), timeout);
        }
        carryOut(hosted, cause, transition, n);
    }

    private void carryOut(Hosted hosted, @Nullable Session cause, Room.Transition transition, long n) {
        for (var effect : transition.effects()) {
            switch (effect) {
                case Room.Effect.Send(var to, var event) -> post(hosted.sessions.get(to), new Outgoing(event));
                case Room.Effect.Broadcast(var except, var event) -> {
                    var outgoing = new Outgoing(event);
                    for (var receiver : hosted.sessions.values()) {
                        if (!receiver.participant.equals(except)) {
                            post(receiver, outgoing);
                        }
                    }
                }
                case Room.Effect.Stale() -> meter.stale();
                case Room.Effect.Own own -> {
                    if (cause != null) {
                        carryOut(cause, own, n);
                    }
                }
            }
        }
    }

    private void carryOut(Session cause, Room.Effect.Own effect, long n) {
        switch (effect) {
            case Room.Effect.Refuse(var problem) -> answer(cause, problem, n);
            case Room.Effect.OfferToServer offer -> media.offer(cause, offer, n);
            case Room.Effect.MediaChanged(var sends) -> media.setMedia(cause, sends);
        }
    }

    /** Tells the session what its slots carry, if it was told anything of them before. */
    private void postSlots(Session session) {
        if (session.slots != null) {
            post(session, new Outgoing(new ServerMessage.Slots(session.slots)));
        }
    }

    /** Tells the session which layers are wanted of it, if it was told anything of them before. */
    private void postLayers(Session session) {
        if (session.layers != null) {
            post(session, new Outgoing(new ServerMessage.Layers(session.layers)));
        }
    }

    private void post(@Nullable Session receiver, Outgoing event) {
        if (receiver != null && !receiver.ended) {
            deliver(receiver, event, receiver.outbox.add(event));
        }
    }

    private void answer(Session session, Problem problem, long n) {
        meter.refused(problem.code());
        deliver(session, new Outgoing(new ServerMessage.Refused(problem, n == 0 ? null : n)), 0);
    }

    private void deliver(Session session, Outgoing message, long seq) {
        if (session.link == null || session.wasSlow) {
            return;
        }
        meter.sent();
        if (!session.link.send(message, seq)) {
            meter.refused(ErrorCode.TOO_SLOW);
            session.wasSlow = true;
            session.link.close(TOO_SLOW, null);
        }
    }

    private Entry refuse(Problem problem) {
        meter.refused(problem.code());
        return new Entry.Refused(problem);
    }

    private @Nullable Problem checkJoinToken(ClientMessage.Join join) {
        if (join.token() == null) {
            return new Problem(
                    ErrorCode.TOKEN_MISSING,
                    "This server lets in only people with an invitation.",
                    "Open the link that the server printed or that somebody sent you, with its token.");
        }
        return switch (tokens.verifyJoin(join.token(), join.room())) {
            case Tokens.JoinCheck.Valid() -> null;
            case Tokens.JoinCheck.Invalid(var code) ->
                code == ErrorCode.TOKEN_EXPIRED
                        ? new Problem(code, "This invitation has expired.", "Ask for a new link.")
                        : new Problem(code, "This invitation is not valid here.", "Ask for a new link.");
        };
    }

    private Hosted hostOf(Session session) {
        var hosted = rooms.get(session.room);
        if (hosted == null) {
            throw new IllegalStateException("a session without its room: " + session.participant);
        }
        return hosted;
    }

    private void tellSizes() {
        meter.rooms(rooms.size());
        meter.sessions(sessionCount);
    }

    private String newParticipantId() {
        var bytes = new byte[12];
        random.nextBytes(bytes);
        return "p-" + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private long resumeNanos() {
        return Duration.ofSeconds(limits.resumeSeconds()).toNanos();
    }
}
