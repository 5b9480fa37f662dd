package dev.stoa.turn;

import dev.stoa.stun.ChannelData;
import dev.stoa.stun.PasswordAlgorithms;
import dev.stoa.stun.StunAttribute;
import dev.stoa.stun.StunClass;
import dev.stoa.stun.StunMessage;
import dev.stoa.stun.StunMethod;
import dev.stoa.stun.StunWriter;
import dev.stoa.turn.TurnCounters.Kind;
import dev.stoa.wire.Datagram;
import dev.stoa.wire.TransportAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Answers requests: what clients ask for by STUN messages, a few times a minute each. */
final class Requests {
    private static final long NANOS_PER_SECOND = 1_000_000_000;
    private static final int FAMILY_IPV4 = 1;
    private static final int FAMILY_IPV6 = 2;

    private final Allocations allocations;
    private final AllocateRequest allocating;
    private final Authenticator authenticator;
    private final Credentials credentials;
    private final Nonces nonces;
    private final SourceBudget budget;
    private final PeerAddresses peers;
    private final TurnCounters counters;
    private final Outbox out;
    private final byte[] algorithms = PasswordAlgorithms.offered();
    private final Datagram answer = Datagram.allocate(1024);

    Requests(
            TurnSettings settings,
            Credentials credentials,
            Nonces nonces,
            SourceBudget budget,
            Allocations allocations,
            PeerAddresses peers,
            TurnCounters counters,
            Outbox out) {
        this.credentials = credentials;
        this.nonces = nonces;
        this.authenticator = new Authenticator(credentials, nonces);
        this.budget = budget;
        this.allocations = allocations;
        this.allocating = new AllocateRequest(settings, credentials, allocations, counters);
        this.peers = peers;
        this.counters = counters;
        this.out = out;
    }

    /** A request and who sent it. */
    record Context(
            long nowNanos,
            StunMessage request,
            Path path,
            @Nullable Allocation allocation,
            @Nullable TransportAddress listener) {}

    /** @param listener the address that the client has reached the server by */
    void handle(long nowNanos, StunMessage request, Path path, @Nullable TransportAddress listener) {
        if (request.messageClass() != StunClass.REQUEST) {
            return;
        }
        var context = new Context(nowNanos, request, path, allocations.find(path), listener);
        switch (request.method()) {
            case StunMethod.BINDING -> bind(context);
            case StunMethod.ALLOCATE, StunMethod.REFRESH, StunMethod.CREATE_PERMISSION, StunMethod.CHANNEL_BIND ->
                authenticate(context);
            default -> counters.add(Kind.DROPPED_MALFORMED);
        }
    }

    private void bind(Context context) {
        counters.add(Kind.BINDINGS);
        if (!mayAnswerAnybody(context)) {
            return;
        }
        var unknown = context.request().unknownRequired();
        if (unknown.length > 0 || context.request().has(StunAttribute.CHANGE_REQUEST)) {
            // Of many only so many as keep the answer small.
            int[] told = unknown.length == 0
                    ? new int[] {StunAttribute.CHANGE_REQUEST}
                    : Arrays.copyOf(unknown, Math.min(unknown.length, 4));
            writer(context, StunClass.ERROR).errorCode(420).unknownAttributes(told);
        } else {
            StunWriter.writeBindingSuccess(
                    answer, context.request().transactionId(), context.path().remote());
        }
        out.add(context.path(), answer, 0, answer.length());
    }

    private void authenticate(Context context) {
        switch (authenticator.check(context.nowNanos(), context.request(), context.path(), context.allocation())) {
            case Authenticator.Rejected(int code, boolean proven) -> challenge(context, code, proven);
            case Authenticator.Accepted accepted -> {
                if (context.allocation() == null) {
                    budget.giveBack(context.nowNanos(), context.path().high, context.path().low);
                }
                answer(context, accepted);
            }
        }
    }

    /** A refusal that nothing authenticates: without a reason phrase, without SOFTWARE, at most 120 bytes. */
    private void challenge(Context context, int code, boolean proven) {
        counters.add(proven && code == 401 ? Kind.UNAUTHENTICATED : Kind.CHALLENGES);
        if (!mayAnswerAnybody(context)) {
            return;
        }
        var writer = writer(context, StunClass.ERROR).errorCode(code);
        if (code != 400) {
            var path = context.path();
            writer.text(StunAttribute.REALM, credentials.realm())
                    .text(StunAttribute.NONCE, nonces.make(context.nowNanos(), path.high, path.low, path.port))
                    .bytes(StunAttribute.PASSWORD_ALGORITHMS, algorithms);
        }
        out.add(context.path(), answer, 0, answer.length());
    }

    /** A stream has proved by its handshake where it is from, an allocation by its nonce; all others have a budget. */
    private boolean mayAnswerAnybody(Context context) {
        var path = context.path();
        boolean may =
                path.isStream || context.allocation() != null || budget.take(context.nowNanos(), path.high, path.low);
        if (!may) {
            counters.add(Kind.SILENCED);
        }
        return may;
    }

    private void answer(Context context, Authenticator.Accepted by) {
        var unknown = unknownRequired(context.request());
        var allocation = context.allocation();
        if (unknown.length > 0) {
            var writer = writer(context, StunClass.ERROR).errorCode(420).unknownAttributes(unknown);
            send(context, by, writer);
            counters.add(Kind.REFUSED_REQUESTS);
        } else if (context.request().method() == StunMethod.ALLOCATE) {
            allocate(context, by);
        } else if (allocation == null) {
            refuse(context, by, 437);
        } else if (!allocation.owner.username().equals(by.username())) {
            refuse(context, by, 441);
        } else {
            switch (context.request().method()) {
                case StunMethod.REFRESH -> refresh(context, by, allocation);
                case StunMethod.CREATE_PERMISSION -> createPermission(context, by, allocation);
                default -> bindChannel(context, by, allocation);
            }
        }
    }

    /** Packets that may not be cut are not offered, which is said in this way (RFC 8656, 7.2). */
    private static int[] unknownRequired(StunMessage request) {
        var unknown = request.unknownRequired();
        if (!request.has(StunAttribute.DONT_FRAGMENT)) {
            return unknown;
        }
        var more = Arrays.copyOf(unknown, unknown.length + 1);
        more[unknown.length] = StunAttribute.DONT_FRAGMENT;
        return more;
    }

    private void allocate(Context context, Authenticator.Accepted by) {
        switch (allocating.handle(context, by)) {
            case AllocateRequest.Refused(int code) -> refuse(context, by, code);
            case AllocateRequest.Made(var allocation, int missingFamily) -> {
                var writer = writer(context, StunClass.SUCCESS);
                for (var relay : allocation.relays()) {
                    writer.xorAddress(StunAttribute.XOR_RELAYED_ADDRESS, relay.shown());
                }
                if (missingFamily != 0) {
                    writer.addressErrorCode(missingFamily, 440);
                }
                writer.u32(StunAttribute.LIFETIME, (allocation.expiresNanos - context.nowNanos()) / NANOS_PER_SECOND);
                if (allocation.reservationToken != 0) {
                    writer.i64(StunAttribute.RESERVATION_TOKEN, allocation.reservationToken);
                }
                writer.xorAddress(
                        StunAttribute.XOR_MAPPED_ADDRESS, context.path().remote());
                send(context, by, writer);
            }
        }
    }

    private void refresh(Context context, Authenticator.Accepted by, Allocation allocation) {
        long family = context.request().u32(StunAttribute.REQUESTED_ADDRESS_FAMILY) >>> 24;
        boolean hasFamily = context.request().has(StunAttribute.REQUESTED_ADDRESS_FAMILY);
        var relay = hasFamily ? allocation.relay(family == FAMILY_IPV4) : null;
        boolean isFamily = family == FAMILY_IPV4 || family == FAMILY_IPV6;
        if (hasFamily && (!isFamily || relay == null)) {
            refuse(context, by, 443);
            return;
        }
        long lifetime = allocating.lifetimeSeconds(context.request());
        if (lifetime == 0) {
            if (relay == null || allocation.relays().size() == 1) {
                allocations.close(allocation);
            } else {
                allocations.close(allocation, relay);
            }
        } else {
            allocation.expiresNanos = context.nowNanos() + lifetime * NANOS_PER_SECOND;
        }
        send(context, by, writer(context, StunClass.SUCCESS).u32(StunAttribute.LIFETIME, lifetime));
    }

    /** All permissions or none (RFC 8656, 10.2). */
    private void createPermission(Context context, Authenticator.Accepted by, Allocation allocation) {
        var addresses = context.request().xorAddresses(StunAttribute.XOR_PEER_ADDRESS);
        int code = addresses.isEmpty() ? 400 : 0;
        var owns = new ArrayList<Boolean>();
        for (var address : addresses) {
            code = code == 0 ? refusal(allocation, address) : code;
            owns.add(peers.check(address) == AddressRules.Verdict.OWN);
        }
        for (int i = 0; i < addresses.size() && code == 0; i++) {
            var address = addresses.get(i);
            if (allocation.permit(context.nowNanos(), address.high(), address.low(), owns.get(i)) == null) {
                code = 508;
            }
        }
        if (code != 0) {
            refuse(context, by, code);
        } else {
            send(context, by, writer(context, StunClass.SUCCESS));
        }
    }

    private void bindChannel(Context context, Authenticator.Accepted by, Allocation allocation) {
        var peer = context.request().xorAddress(StunAttribute.XOR_PEER_ADDRESS);
        int number = (int) (context.request().u32(StunAttribute.CHANNEL_NUMBER) >>> 16);
        boolean inRange = number >= ChannelData.FIRST_CHANNEL && number <= ChannelData.LAST_CHANNEL;
        int code = peer == null || !context.request().has(StunAttribute.CHANNEL_NUMBER) || !inRange
                ? 400
                : refusal(allocation, peer);
        if (code == 0 && peer != null) {
            code = bindChannel(context.nowNanos(), allocation, number, peer);
        }
        if (code != 0) {
            refuse(context, by, code);
        } else {
            send(context, by, writer(context, StunClass.SUCCESS));
        }
    }

    /** 0, or why not. */
    private int bindChannel(long nowNanos, Allocation allocation, int number, TransportAddress peer) {
        allocation.forgetChannels(nowNanos);
        var byNumber = allocation.channel(number);
        var byPeer = allocation.channel(peer.high(), peer.low(), peer.port());
        if (!Objects.equals(byNumber, byPeer)) {
            return 400;
        }
        boolean isOwn = peers.check(peer) == AddressRules.Verdict.OWN;
        var permission = allocation.permit(nowNanos, peer.high(), peer.low(), isOwn);
        if (permission == null) {
            return 508;
        }
        var channel = byNumber;
        if (channel == null) {
            var relay = allocation.relay(peer.isIpv4());
            if (relay == null) {
                return 443;
            }
            var way = peers.way(relay, peer.high(), peer.low(), peer.port());
            channel = new ChannelBinding(number, peer.high(), peer.low(), peer.port(), permission, way);
            if (!allocation.bind(nowNanos, channel)) {
                return 508;
            }
        }
        channel.expiresNanos = nowNanos + ChannelBinding.LIFETIME_NANOS;
        return 0;
    }

    /** Why a peer may not be reached by an allocation, or 0. */
    private int refusal(Allocation allocation, TransportAddress peer) {
        if (allocation.relay(peer.isIpv4()) == null) {
            return 443;
        }
        if (peers.check(peer) == AddressRules.Verdict.REFUSED) {
            counters.add(Kind.REFUSED_PEERS);
            return 403;
        }
        return 0;
    }

    private void refuse(Context context, Authenticator.Accepted by, int code) {
        counters.add(Kind.REFUSED_REQUESTS);
        send(context, by, writer(context, StunClass.ERROR).errorCode(code));
    }

    private StunWriter writer(Context context, StunClass messageClass) {
        var request = context.request();
        return new StunWriter(answer, messageClass, request.method(), request.transactionId());
    }

    private void send(Context context, Authenticator.Accepted by, StunWriter writer) {
        if (by.sha256()) {
            writer.integritySha256(by.key());
        } else {
            writer.integrity(by.key());
        }
        out.add(context.path(), answer, 0, answer.length());
    }
}
