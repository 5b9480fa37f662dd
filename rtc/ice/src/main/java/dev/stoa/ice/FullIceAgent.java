package dev.stoa.ice;

import dev.stoa.stun.StunAttribute;
import dev.stoa.stun.StunClass;
import dev.stoa.stun.StunMessage;
import dev.stoa.stun.StunMethod;
import dev.stoa.stun.StunParse;
import dev.stoa.stun.TransactionId;
import dev.stoa.wire.Datagram;
import dev.stoa.wire.TransportAddress;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The agent of a peer (RFC 8445): it checks pairs, at most one every 50 ms, nominates or follows, and then asks for consent.
 *
 * <p>Gathering is the driver's: it opens sockets, allocates relays, and names each local candidate with its base. Only
 * server-reflexive candidates can be had here, by {@link #gatherServerReflexive}. A check over an active TCP candidate goes
 * out on a {@link LocalBase} with a fixed peer: the driver opens that connection when it first sees it, and gives what
 * comes over it with the same base. The rest of the calling contract is {@link IceAgent}'s.
 */
public final class FullIceAgent implements IceAgent {
    public static final int MAX_REMOTE_CANDIDATES = 100;

    /** Ta (RFC 8445, 14.2). */
    static final long PACE_NANOS = 50_000_000;

    /** RFC 8445, 14.3. */
    static final long MIN_RTO_NANOS = 500_000_000;

    /** How long pairs that fail do not yet mean failure: others may come (RFC 8863, 4). */
    static final long PATIENCE_NANOS = Transaction.TIMEOUT_NANOS;

    /** How long a better pair than the first that works is waited for before nominating; longer if that one is relayed. */
    static final long GRACE_NANOS = 150_000_000;

    static final long RELAY_GRACE_NANOS = 500_000_000;

    private final RandomGenerator random;
    private final IceStatistics statistics = new IceStatistics();
    private final Outbox outbox = new Outbox(statistics);
    private final Queue<IceEvent> events = new ArrayDeque<>();
    private final Transactions transactions = new Transactions();
    private final LocalCandidates locals = new LocalCandidates();
    private final Gathering gathering = new Gathering(events);
    private final Consent consent;
    private Generation current;
    private @Nullable Generation previous;
    private IceRole role;
    private long tieBreaker;
    private long nominations;
    private IceState state = IceState.NEW;
    private long pacedNanos;

    /** @param role the offerer's is CONTROLLING (RFC 8445, 6.1.1); a conflict is resolved */
    public FullIceAgent(long nowNanos, IceRole role, IceCredentials local, RandomGenerator random) {
        this.random = random;
        this.role = role;
        this.tieBreaker = random.nextLong();
        this.current = new Generation(local);
        this.consent = new Consent(random);
        this.pacedNanos = nowNanos - PACE_NANOS;
    }

    @Override
    public IceRole role() {
        return role;
    }

    @Override
    public IceState state() {
        return state;
    }

    @Override
    public IceCredentials localCredentials() {
        return current.local().credentials();
    }

    @Override
    public @Nullable CandidatePair selectedPair() {
        var pair = consent.pair();
        return pair == null ? null : pair.toCandidatePair();
    }

    @Override
    public boolean isValidated(TransportAddress remote) {
        return isValidated(current, null, remote) || (previous != null && isValidated(previous, null, remote));
    }

    @Override
    public boolean isValidated(LocalBase base, TransportAddress remote) {
        return isValidated(current, base, remote) || (previous != null && isValidated(previous, base, remote));
    }

    private boolean isValidated(Generation generation, @Nullable LocalBase base, TransportAddress remote) {
        if (isOver()) {
            return false;
        }
        for (var pair : generation.checks.pairs()) {
            if (pair.isValidated() && pair.destination.equals(remote) && (base == null || pair.base.equals(base))) {
                return true;
            }
        }
        return false;
    }

    /** @param base what to send from; a reflexive candidate has its host candidate's */
    public void addLocalCandidate(long nowNanos, Candidate candidate, LocalBase base) {
        if (candidate.address() == null || candidate.transport() != base.transport()) {
            throw new IllegalArgumentException("a local candidate has an address and its base's transport");
        }
        var local = new LocalCandidates.Local(candidate, base);
        if (state == IceState.CLOSED || !locals.add(local)) {
            return;
        }
        for (var remote : current.remotes()) {
            pairUp(local, remote);
        }
        settle(nowNanos);
    }

    /**
     * Asks a STUN server from {@code base}; what comes of it are events, {@code GatheringComplete} the last.
     *
     * @return false when the server is of another address family: nothing is asked, and no event comes
     */
    public boolean gatherServerReflexive(long nowNanos, LocalBase base, TransportAddress server) {
        if (base.transport() != Transport.UDP) {
            throw new IllegalArgumentException("a server-reflexive candidate is gathered over UDP");
        }
        boolean asked = gathering.ask(base, server);
        settle(nowNanos);
        return asked;
    }

    @Override
    public void setRemote(long nowNanos, IceCredentials remote, boolean lite) {
        requireOpen();
        var known = current.remote();
        if (remote.equals(known)) {
            return;
        }
        if (known != null) {
            throw new IllegalStateException("other remote credentials call for a restart");
        }
        current.setRemote(remote);
        current.beganNanos = nowNanos;
        for (var candidate : List.copyOf(current.remotes())) {
            if (candidate.ufrag() != null && !remote.ufrag().equals(candidate.ufrag())) {
                current.remotes().remove(candidate);
                current.checks.removeRemote(candidate);
            }
        }
        if (lite && role != IceRole.CONTROLLING) {
            switchRole();
        }
        if (state == IceState.NEW) {
            setState(IceState.CHECKING);
        }
        settle(nowNanos);
    }

    @Override
    public AddedCandidate addRemoteCandidate(long nowNanos, Candidate candidate) {
        var address = candidate.address();
        if (address == null) {
            return AddedCandidate.UNRESOLVED;
        }
        boolean active = candidate.tcpType() == TcpType.ACTIVE;
        if (!Addresses.isUsable(address) || (address.port() == 0 && !active)) {
            return AddedCandidate.BAD_ADDRESS;
        }
        var remote = current.remote();
        if (remote != null && candidate.ufrag() != null && !remote.ufrag().equals(candidate.ufrag())) {
            return AddedCandidate.OTHER_GENERATION;
        }
        var known = current.remoteAt(address, candidate.transport());
        if (known != null) {
            if (known.type() == CandidateType.PEER_REFLEXIVE) {
                name(known, candidate);
            }
            return AddedCandidate.DUPLICATE;
        }
        if (!current.makeRoom()) {
            statistics.refusedByCap++;
            return AddedCandidate.TOO_MANY;
        }
        current.remotes().add(candidate);
        if (current.selected == null) {
            for (var local : locals.all()) {
                pairUp(local, candidate);
            }
        }
        settle(nowNanos);
        return AddedCandidate.ADDED;
    }

    /** A candidate that a check revealed is told after all: its pairs stay as they are (RFC 8445, 7.3.1.3). */
    private void name(Candidate revealed, Candidate told) {
        var named = told.withPriority(revealed.priority());
        current.remotes().set(current.remotes().indexOf(revealed), named);
        for (var pair : current.checks.pairs()) {
            if (pair.remote.equals(revealed)) {
                pair.remote = named;
            }
        }
    }

    @Override
    public void endRemoteCandidates(long nowNanos) {
        current.remotesEnded = true;
        settle(nowNanos);
    }

    @Override
    public void restart(long nowNanos, IceCredentials local) {
        requireOpen();
        var abandoned = current;
        if (abandoned.selected != null && consent.generation() == abandoned) {
            previous = abandoned;
        }
        transactions.removeIf(
                transaction -> transaction.generation == abandoned && transaction.kind != Transaction.Kind.CONSENT);
        current = new Generation(local);
        setState(IceState.CHECKING);
        settle(nowNanos);
    }

    /** RFC 8445, 6.1.2.2: pairs of one transport and family; over TCP only an active candidate checks a passive one. */
    private void pairUp(LocalCandidates.Local local, Candidate remote) {
        var address = local.candidate().address();
        var destination = remote.address();
        if (address == null
                || destination == null
                || remote.transport() != local.candidate().transport()
                || !Addresses.areOfOneKind(address, destination)) {
            return;
        }
        var base = local.base();
        if (base.transport() == Transport.TCP) {
            if (local.candidate().tcpType() != TcpType.ACTIVE || remote.tcpType() != TcpType.PASSIVE) {
                return;
            }
            base = LocalBase.tcpConnection(base.address(), destination);
        }
        // A reflexive candidate is replaced by its base, so it pairs as its host candidate did (6.1.2.4).
        if (current.checks.find(base, destination) == null) {
            addPair(new CheckPair(base, local.candidate(), destination, remote, role));
        }
    }

    private boolean addPair(CheckPair pair) {
        boolean added = current.checks.add(pair);
        if (!added) {
            statistics.refusedByCap++;
        }
        return added;
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
            case StunMessage message -> {
                var handled = isOver() || message.method() != StunMethod.BINDING
                        ? Handled.NOT_OURS
                        : handleBinding(nowNanos, message, base, from);
                settle(nowNanos);
                yield handled;
            }
        };
    }

    private Handled handleBinding(long nowNanos, StunMessage message, LocalBase base, TransportAddress from) {
        return switch (message.messageClass()) {
            case REQUEST -> handleCheck(nowNanos, message, base, from);
            // A keep-alive (RFC 8445, 11) wants nothing and proves nothing.
            case INDICATION -> Handled.TAKEN;
            case SUCCESS, ERROR -> handleAnswer(nowNanos, message, base, from);
        };
    }

    private Handled handleCheck(long nowNanos, StunMessage check, LocalBase base, TransportAddress from) {
        var generation = current.local().isNamedBy(check) ? current : previous;
        if (generation == null || !generation.local().isNamedBy(check)) {
            statistics.unknownUsername++;
            return Handled.NOT_OURS;
        }
        var refused = Gate.refuse(check, generation.local(), base, from, outbox, statistics);
        if (refused != null) {
            return refused;
        }
        var id = check.transactionId();
        var key = generation.local().key();
        if (generation == current && isConflict(check)) {
            statistics.roleConflicts++;
            outbox.add(new Outbox.Refusal(base, from, id, key, 487, List.of()));
            return Handled.TAKEN;
        }
        statistics.requests++;
        outbox.add(new Outbox.Success(base, from, id, key));
        if (generation == current) {
            learn(nowNanos, check, base, from);
        }
        return Handled.TAKEN;
    }

    /** RFC 8445, 7.3.1.1: whether the other side has to give way; if we have to, we do it here. */
    private boolean isConflict(StunMessage check) {
        int same = role == IceRole.CONTROLLING ? StunAttribute.ICE_CONTROLLING : StunAttribute.ICE_CONTROLLED;
        if (!check.has(same)) {
            return false;
        }
        boolean greater = Long.compareUnsigned(tieBreaker, check.i64(same)) >= 0;
        // The greater one is to be controlling.
        if (greater == (role == IceRole.CONTROLLING)) {
            return true;
        }
        switchRole();
        return false;
    }

    private void switchRole() {
        role = role.other();
        current.nominating = null;
        current.checks.reprioritise(role);
        events.add(new IceEvent.RoleChanged(role));
    }

    /** RFC 8445, 7.3.1.3 to 7.3.1.5. */
    private void learn(long nowNanos, StunMessage check, LocalBase base, TransportAddress from) {
        var pair = current.checks.find(base, from);
        if (pair == null) {
            pair = revealed(check, base, from);
        }
        if (pair == null) {
            return;
        }
        pair.checkedByRemote = true;
        if (role == IceRole.CONTROLLED && check.has(StunAttribute.USE_CANDIDATE)) {
            pair.nomination = ++nominations;
        }
        if (pair.state == CheckPair.State.SUCCEEDED) {
            follow(nowNanos, pair);
        } else if (current.selected == null || role == IceRole.CONTROLLED) {
            if (pair.check != null) {
                pair.check.cancel();
                pair.check = null;
            }
            current.checks.trigger(pair);
        }
    }

    /** The pair of a check that came from an address, or over a connection, not known before. */
    private @Nullable CheckPair revealed(StunMessage check, LocalBase base, TransportAddress from) {
        var local = locals.of(base);
        if (local == null) {
            return null;
        }
        var remote = current.remoteAt(from, base.transport());
        if (remote == null) {
            if (!current.makeRoom()) {
                statistics.refusedByCap++;
                return null;
            }
            remote = PeerReflexive.remote(check, base, from);
            current.remotes().add(remote);
        }
        var pair = new CheckPair(base, local, from, remote, role);
        return addPair(pair) ? pair : null;
    }

    /** The latest pair that the other side nominated, once our check of it has succeeded too. */
    private void follow(long nowNanos, CheckPair pair) {
        if (role == IceRole.CONTROLLED && pair.nomination > current.selectedNomination) {
            select(nowNanos, pair, pair.nomination);
        }
    }

    private void select(long nowNanos, CheckPair pair, long nomination) {
        current.selectedNomination = nomination;
        if (current.selected == pair) {
            return;
        }
        current.selected = pair;
        consent.watch(nowNanos, pair, current);
        current.checks.conclude();
        events.add(new IceEvent.PairSelected(pair.toCandidatePair()));
        var superseded = previous;
        if (superseded != null) {
            previous = null;
            transactions.removeIf(transaction -> transaction.generation == superseded);
            events.add(new IceEvent.Restarted(localCredentials()));
        }
    }

    private Handled handleAnswer(long nowNanos, StunMessage answer, LocalBase base, TransportAddress from) {
        var transaction = transactions.get(answer.transactionId());
        if (transaction == null) {
            statistics.unmatchedResponses++;
            return Handled.NOT_OURS;
        }
        var generation = transaction.generation;
        var pair = transaction.pair;
        boolean symmetric = from.equals(transaction.destination) && base.equals(transaction.base);
        if (generation == null || pair == null) {
            if (!symmetric) {
                statistics.unmatchedResponses++;
                return Handled.NOT_OURS;
            }
            answered(nowNanos, transaction, answer);
            return Handled.TAKEN;
        }
        var key = generation.remoteKey();
        if (key == null || !answer.verify(key)) {
            statistics.unauthenticated++;
            return Handled.UNAUTHENTICATED;
        }
        statistics.responses++;
        transactions.remove(transaction);
        var mapped = answer.xorAddress(StunAttribute.XOR_MAPPED_ADDRESS);
        if (answer.messageClass() == StunClass.ERROR) {
            handleError(answer, transaction, generation, pair);
        } else if (mapped == null || !symmetric || answer.unknownRequired().length > 0) {
            // RFC 8445, 7.2.5.2.1: an answer by another way proves nothing.
            fail(transaction, generation, pair);
        } else {
            succeed(nowNanos, transaction, generation, pair, mapped);
        }
        return Handled.TAKEN;
    }

    private void handleError(StunMessage answer, Transaction transaction, Generation generation, CheckPair pair) {
        if (answer.errorCode() != 487) {
            fail(transaction, generation, pair);
            return;
        }
        // RFC 8445, 7.2.5.1; another check may have told us before.
        statistics.roleConflicts++;
        if (transaction.role == role) {
            switchRole();
            tieBreaker = random.nextLong();
        }
        if (generation == current && pair.check == transaction) {
            pair.check = null;
            current.checks.trigger(pair);
        }
    }

    private void fail(Transaction transaction, Generation generation, CheckPair pair) {
        boolean nomination = transaction.kind == Transaction.Kind.NOMINATION && generation.nominating == pair;
        if (pair.check == transaction || nomination) {
            pair.check = null;
            pair.state = CheckPair.State.FAILED;
        }
        if (nomination) {
            generation.nominating = null;
            if (generation.checks.bestSucceeded() == null) {
                generation.firstValidNanos = Long.MAX_VALUE;
            }
        }
    }

    /** RFC 8445, 7.2.5.3. */
    private void succeed(
            long nowNanos, Transaction transaction, Generation generation, CheckPair pair, TransportAddress mapped) {
        if (pair == consent.pair()) {
            consent.refresh(nowNanos);
        }
        long roundTrip = transaction.roundTripNanos(nowNanos);
        if (roundTrip >= 0) {
            statistics.roundTripNanos = roundTrip;
        }
        if (generation != current) {
            return;
        }
        if (current.checks.find(pair.base, pair.destination) != pair) {
            current.nominating = current.nominating == pair ? null : current.nominating;
            return;
        }
        if (pair.check != null) {
            pair.check.cancel();
            pair.check = null;
        }
        pair.state = CheckPair.State.SUCCEEDED;
        current.checks.settle(pair);
        current.checks.unfreeze(pair.foundation);
        pair.local = locals.seenAs(mapped, pair);
        current.firstValidNanos = Math.min(current.firstValidNanos, nowNanos);
        if (transaction.kind == Transaction.Kind.NOMINATION && current.nominating == pair) {
            current.nominating = null;
            select(nowNanos, pair, ++nominations);
        } else {
            follow(nowNanos, pair);
        }
    }

    /** A STUN server has answered. */
    private void answered(long nowNanos, Transaction transaction, StunMessage answer) {
        transactions.remove(transaction);
        var base = transaction.base;
        var mapped = Gathering.mappedAddress(answer);
        if (mapped != null && !locals.has(base, mapped)) {
            statistics.responses++;
            var host = locals.of(base);
            int preference = host == null ? Candidate.BEST_LOCAL_PREFERENCE : host.localPreference();
            var candidate = Candidate.serverReflexive(mapped, base.address(), transaction.destination, preference);
            addLocalCandidate(nowNanos, candidate, base);
            events.add(new IceEvent.CandidateGathered(candidate, base));
        }
        gathering.answered();
    }

    @Override
    public void handleBaseClosed(long nowNanos, LocalBase base) {
        locals.remove(base);
        for (var pair : current.checks.pairs()) {
            if (pair.base.belongsTo(base)) {
                pair.state = CheckPair.State.FAILED;
                pair.checkedByRemote = false;
                pair.check = null;
                current.checks.settle(pair);
                current.nominating = current.nominating == pair ? null : current.nominating;
            }
        }
        gathering.remove(base);
        for (var transaction : transactions.due(Long.MAX_VALUE)) {
            if (transaction.base.belongsTo(base)) {
                transactions.remove(transaction);
                if (transaction.kind == Transaction.Kind.QUESTION) {
                    gathering.answered();
                }
            }
        }
        var selected = consent.pair();
        if (selected != null && selected.base.belongsTo(base)) {
            consent.doubt(nowNanos);
        }
        settle(nowNanos);
    }

    @Override
    public long nextTimeout() {
        if (isOver()) {
            return Long.MAX_VALUE;
        }
        long next = transactions.nextNanos();
        if (gathering.hasNext() || hasCheck()) {
            next = Math.min(next, pacedNanos + PACE_NANOS);
        }
        if (consent.pair() != null) {
            boolean silent = state != IceState.CONNECTED && state != IceState.COMPLETED;
            next = Math.min(next, consent.nextNanos(silent));
        }
        var nominee = nominee();
        if (nominee != null) {
            next = Math.min(next, nominationNanos(nominee));
        }
        if (isHopeless()) {
            next = Math.min(next, current.beganNanos + PATIENCE_NANOS);
        }
        return next;
    }

    @Override
    public void handleTimeout(long nowNanos) {
        if (isOver()) {
            return;
        }
        for (var transaction : transactions.due(nowNanos)) {
            if (transaction.isOver(nowNanos)) {
                timeOut(transaction);
            } else if (transaction.resend(nowNanos)) {
                send(transaction);
            }
        }
        if (nowNanos - pacedNanos >= PACE_NANOS) {
            sendNext(nowNanos);
        }
        watchConsent(nowNanos);
        settle(nowNanos);
    }

    private void timeOut(Transaction transaction) {
        transactions.remove(transaction);
        if (transaction.generation != null && transaction.pair != null) {
            fail(transaction, transaction.generation, transaction.pair);
        } else {
            gathering.answered();
        }
    }

    private boolean hasCheck() {
        return current.remote() != null && current.checks.hasNext(current.selected == null);
    }

    private void sendNext(long nowNanos) {
        var question = gathering.next();
        if (question != null) {
            pacedNanos = nowNanos;
            start(nowNanos, Transaction.Kind.QUESTION, question.base(), question.server(), null, null);
            return;
        }
        var pair = hasCheck() ? current.checks.next(current.selected == null) : null;
        if (pair != null) {
            pacedNanos = nowNanos;
            pair.state = CheckPair.State.IN_PROGRESS;
            pair.check = start(nowNanos, Transaction.Kind.CHECK, current, pair);
        }
    }

    private Transaction start(long nowNanos, Transaction.Kind kind, Generation generation, CheckPair pair) {
        return start(nowNanos, kind, pair.base, pair.destination, generation, pair);
    }

    private Transaction start(
            long nowNanos,
            Transaction.Kind kind,
            LocalBase base,
            TransportAddress destination,
            @Nullable Generation generation,
            @Nullable CheckPair pair) {
        long rtoNanos = Math.max(MIN_RTO_NANOS, PACE_NANOS * current.checks.underWay());
        var transaction = new Transaction(
                TransactionId.random(random),
                kind,
                base,
                destination,
                generation,
                pair,
                role,
                tieBreaker,
                nowNanos,
                rtoNanos);
        var dropped = transactions.add(transaction);
        if (dropped != null) {
            timeOut(dropped);
        }
        send(transaction);
        return transaction;
    }

    private void send(Transaction transaction) {
        var outgoing = transaction.outgoing();
        if (outgoing != null) {
            outbox.add(outgoing);
        }
    }

    private void watchConsent(long nowNanos) {
        var pair = consent.pair();
        var generation = consent.generation();
        if (pair == null || generation == null) {
            return;
        }
        if (consent.isExpired(nowNanos)) {
            consent.stop();
            previous = null;
            if (generation == current) {
                fail();
            }
        } else if (consent.isToAsk(nowNanos)) {
            consent.asked(nowNanos);
            start(nowNanos, Transaction.Kind.CONSENT, generation, pair);
        }
    }

    /** What follows from what has become of the pairs: our nomination, our state. */
    private void settle(long nowNanos) {
        if (isOver()) {
            return;
        }
        var nominee = nominee();
        if (nominee != null && nowNanos >= nominationNanos(nominee)) {
            current.nominating = nominee;
            start(nowNanos, Transaction.Kind.NOMINATION, current, nominee);
        }
        if (current.selected != null) {
            boolean complete = current.remotesEnded && gathering.isOver();
            setState(
                    consent.isSilent(nowNanos)
                            ? IceState.DISCONNECTED
                            : complete ? IceState.COMPLETED : IceState.CONNECTED);
        } else if (isHopeless() && nowNanos >= current.beganNanos + PATIENCE_NANOS) {
            fail();
        }
    }

    /** The pair to nominate, as controlling; regular nomination (RFC 8445, 8.1.1). */
    private @Nullable CheckPair nominee() {
        boolean mayNominate = role == IceRole.CONTROLLING && current.selected == null && current.nominating == null;
        return mayNominate && current.remote() != null ? current.checks.bestSucceeded() : null;
    }

    private long nominationNanos(CheckPair nominee) {
        if (!current.checks.hasBetterUnfinished(nominee)) {
            return current.firstValidNanos;
        }
        boolean relayed =
                nominee.local.type() == CandidateType.RELAYED || nominee.remote.type() == CandidateType.RELAYED;
        return current.firstValidNanos + (relayed ? RELAY_GRACE_NANOS : GRACE_NANOS);
    }

    /** No pair is left; a pair of the generation before that still works is hope enough. */
    private boolean isHopeless() {
        return current.remote() != null
                && current.selected == null
                && consent.pair() == null
                && !current.checks.hasHope();
    }

    private void fail() {
        stop();
        setState(IceState.FAILED);
    }

    private void stop() {
        transactions.clear();
        outbox.clear();
        gathering.stop();
        consent.stop();
        previous = null;
    }

    private boolean isOver() {
        return state == IceState.FAILED || state == IceState.CLOSED;
    }

    private void requireOpen() {
        if (state == IceState.CLOSED) {
            throw new IllegalStateException("closed");
        }
    }

    private void setState(IceState next) {
        if (state != next) {
            state = next;
            events.add(new IceEvent.StateChanged(next));
        }
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
    public IceStatistics statistics() {
        return statistics;
    }

    @Override
    public void close() {
        stop();
        setState(IceState.CLOSED);
    }

    /** For tests of its bounds: remote candidates, pairs, transactions. */
    int[] sizes() {
        return new int[] {
            current.remotes().size(),
            current.checks.pairs().size(),
            transactions.size(),
            Objects.requireNonNullElse(previous, current).checks.pairs().size()
        };
    }
}
