package dev.stoa.ice;

import dev.stoa.stun.StunAttribute;
import dev.stoa.stun.StunClass;
import dev.stoa.stun.StunMessage;
import dev.stoa.stun.StunMethod;
import dev.stoa.stun.StunParse;
import dev.stoa.wire.Datagram;
import dev.stoa.wire.TransportAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * The agent of a server with a public address (RFC 8445, 2.5): it sends no checks, answers those that come, and uses the
 * pair that the other side nominated last. It is always controlled.
 *
 * <p>The other side's checks are its consent to go on: after ten seconds without one the state is {@code DISCONNECTED},
 * after thirty {@code FAILED}. The calling contract is {@link IceAgent}'s; credentials and candidates of the other side are
 * not needed, and not kept.
 */
public final class LiteIceAgent implements IceAgent {
    static final long DISCONNECTED_NANOS = 10_000_000_000L;
    static final long FAILED_NANOS = 30_000_000_000L;

    /** A browser checks from a handful of addresses; of more the one that is silent longest is forgotten. */
    static final int MAX_VALIDATED = 16;

    private record Path(LocalBase base, TransportAddress remote) {}

    private final IceStatistics statistics = new IceStatistics();
    private final Outbox outbox = new Outbox(statistics);
    private final Queue<IceEvent> events = new ArrayDeque<>();
    private final List<Candidate> locals;
    // When each path was last checked, the silent ones first.
    private final Map<Path, Long> validated = new LinkedHashMap<>();
    private LocalKey current;
    private @Nullable LocalKey previous;
    private boolean nominated;
    private @Nullable CandidatePair selected;
    private IceState state = IceState.NEW;
    private long aliveNanos;

    /** @param locals the candidates that the session description names, to say which one a pair has */
    public LiteIceAgent(long nowNanos, IceCredentials local, List<Candidate> locals) {
        this.current = LocalKey.of(local);
        this.locals = List.copyOf(locals);
        this.aliveNanos = nowNanos;
    }

    @Override
    public IceRole role() {
        return IceRole.CONTROLLED;
    }

    @Override
    public IceState state() {
        return state;
    }

    @Override
    public IceCredentials localCredentials() {
        return current.credentials();
    }

    @Override
    public @Nullable CandidatePair selectedPair() {
        return selected;
    }

    @Override
    public boolean isValidated(TransportAddress remote) {
        for (var path : validated.keySet()) {
            if (path.remote.equals(remote)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public boolean isValidated(LocalBase base, TransportAddress remote) {
        return validated.containsKey(new Path(base, remote));
    }

    @Override
    public void setRemote(long nowNanos, IceCredentials remote, boolean lite) {
        if (lite) {
            throw new IllegalArgumentException("of two lite agents neither would send a check");
        }
        if (state == IceState.NEW) {
            setState(IceState.CHECKING);
        }
    }

    @Override
    public AddedCandidate addRemoteCandidate(long nowNanos, Candidate candidate) {
        return AddedCandidate.NOT_NEEDED;
    }

    @Override
    public void endRemoteCandidates(long nowNanos) {}

    /** Checks with the old credentials are answered until one with the new nominates. */
    @Override
    public void restart(long nowNanos, IceCredentials local) {
        if (state == IceState.CLOSED) {
            throw new IllegalStateException("closed");
        }
        if (nominated) {
            previous = current;
        }
        current = LocalKey.of(local);
        nominated = false;
        aliveNanos = nowNanos;
        setState(IceState.CHECKING);
    }

    @Override
    public Handled handle(long nowNanos, Datagram packet, LocalBase base, TransportAddress from) {
        if (!StunMessage.looksLikeStun(packet)) {
            return Handled.NOT_STUN;
        }
        return switch (StunMessage.parse(packet)) {
            case StunParse.Malformed(var why) -> {
                statistics.countMalformed(why);
                yield Handled.MALFORMED;
            }
            case StunMessage message
            when message.is(StunClass.REQUEST, StunMethod.BINDING) -> handleCheck(nowNanos, message, base, from);
            // A keep-alive (RFC 8445, 11) wants nothing and proves nothing.
            case StunMessage message when message.is(StunClass.INDICATION, StunMethod.BINDING) -> Handled.TAKEN;
            case StunMessage _ -> Handled.NOT_OURS;
        };
    }

    private Handled handleCheck(long nowNanos, StunMessage check, LocalBase base, TransportAddress from) {
        if (state == IceState.CLOSED || state == IceState.FAILED) {
            return Handled.NOT_OURS;
        }
        var key = keyFor(check);
        if (key == null) {
            statistics.unknownUsername++;
            return Handled.NOT_OURS;
        }
        var refused = Gate.refuse(check, key, base, from, outbox, statistics);
        if (refused != null) {
            return refused;
        }
        var id = check.transactionId();
        if (check.has(StunAttribute.ICE_CONTROLLED)) {
            // As if our tie-breaker were zero: a lite agent cannot be controlling (RFC 8445, 6.1.1 and 7.3.1.1).
            statistics.roleConflicts++;
            outbox.add(new Outbox.Refusal(base, from, id, key.key(), 487, List.of()));
            return Handled.TAKEN;
        }
        statistics.requests++;
        outbox.add(new Outbox.Success(base, from, id, key.key()));
        learn(nowNanos, check, base, from, current.isNamedBy(check));
        return Handled.TAKEN;
    }

    private @Nullable LocalKey keyFor(StunMessage check) {
        if (current.isNamedBy(check)) {
            return current;
        }
        return previous != null && previous.isNamedBy(check) ? previous : null;
    }

    private void learn(long nowNanos, StunMessage check, LocalBase base, TransportAddress from, boolean present) {
        var path = new Path(base, from);
        validated.remove(path);
        validated.put(path, nowNanos);
        forgetSilent(nowNanos);
        if (validated.size() > MAX_VALIDATED) {
            validated.remove(mostSilent());
        }
        if (check.has(StunAttribute.USE_CANDIDATE) && (present || !nominated)) {
            select(check, base, from, present);
        }
        if (selected == null || state == IceState.CHECKING || isSelected(path)) {
            aliveNanos = nowNanos;
        }
        if (state == IceState.NEW) {
            setState(IceState.CHECKING);
        } else if (state == IceState.DISCONNECTED && isSelected(path)) {
            setState(IceState.CONNECTED);
        }
    }

    private void forgetSilent(long nowNanos) {
        validated
                .entrySet()
                .removeIf(entry -> nowNanos - entry.getValue() >= FAILED_NANOS && !isSelected(entry.getKey()));
    }

    private Path mostSilent() {
        for (var path : validated.keySet()) {
            if (!isSelected(path)) {
                return path;
            }
        }
        throw new AssertionError("only one path is selected");
    }

    /** @param present whether the check is of the present generation, not of the one before a restart */
    private void select(StunMessage check, LocalBase base, TransportAddress from, boolean present) {
        if (!isSelected(new Path(base, from))) {
            var pair = new CandidatePair(base, local(base), from, PeerReflexive.remote(check, base, from));
            selected = pair;
            events.add(new IceEvent.PairSelected(pair));
        }
        if (!present) {
            return;
        }
        nominated = true;
        if (previous != null) {
            previous = null;
            events.add(new IceEvent.Restarted(current.credentials()));
        }
        setState(IceState.CONNECTED);
    }

    private boolean isSelected(Path path) {
        return selected != null
                && selected.base().equals(path.base)
                && selected.remoteAddress().equals(path.remote);
    }

    /** The announced candidate of this base, or of its transport when addresses are translated on the way. */
    private Candidate local(LocalBase base) {
        Candidate likely = null;
        for (var candidate : locals) {
            if (candidate.transport() == base.transport()) {
                if (base.address().equals(candidate.address())) {
                    return candidate;
                }
                likely = likely == null ? candidate : likely;
            }
        }
        if (likely != null) {
            return likely;
        }
        return base.transport() == Transport.UDP
                ? Candidate.host(base.address(), Candidate.BEST_LOCAL_PREFERENCE)
                : Candidate.tcpHost(base.address(), TcpType.PASSIVE, 0);
    }

    @Override
    public void handleBaseClosed(long nowNanos, LocalBase base) {
        validated.keySet().removeIf(path -> path.base.equals(base));
        // The pair stays selected until another is nominated; its silence ends it.
    }

    @Override
    public @Nullable Transmit pollTransmit(Datagram target) {
        return outbox.poll(target);
    }

    @Override
    public @Nullable IceEvent pollEvent() {
        return events.poll();
    }

    @Override
    public long nextTimeout() {
        return switch (state) {
            case NEW, CHECKING, DISCONNECTED -> aliveNanos + FAILED_NANOS;
            case CONNECTED, COMPLETED -> aliveNanos + DISCONNECTED_NANOS;
            case FAILED, CLOSED -> Long.MAX_VALUE;
        };
    }

    @Override
    public void handleTimeout(long nowNanos) {
        if (state == IceState.FAILED || state == IceState.CLOSED) {
            return;
        }
        forgetSilent(nowNanos);
        long silentNanos = nowNanos - aliveNanos;
        if (silentNanos >= FAILED_NANOS) {
            validated.clear();
            outbox.clear();
            selected = null;
            previous = null;
            nominated = false;
            setState(IceState.FAILED);
        } else if (silentNanos >= DISCONNECTED_NANOS && state == IceState.CONNECTED) {
            setState(IceState.DISCONNECTED);
        }
    }

    @Override
    public IceStatistics statistics() {
        return statistics;
    }

    @Override
    public void close() {
        validated.clear();
        outbox.clear();
        selected = null;
        setState(IceState.CLOSED);
    }

    private void setState(IceState next) {
        if (state != next) {
            state = next;
            events.add(new IceEvent.StateChanged(next));
        }
    }

    /** For tests of its bound. */
    List<TransportAddress> validatedRemotes() {
        return new ArrayList<>(validated.keySet().stream().map(Path::remote).toList());
    }
}
