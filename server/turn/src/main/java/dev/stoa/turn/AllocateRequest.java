package dev.stoa.turn;

import dev.stoa.stun.StunAttribute;
import dev.stoa.stun.StunMessage;
import dev.stoa.turn.Requests.Context;
import dev.stoa.turn.TurnCounters.Kind;
import dev.stoa.wire.TransportAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an authenticated Allocate request comes to (RFC 8656, 7.2). */
final class AllocateRequest {
    /** RFC 8656, 3.2. */
    static final int DEFAULT_LIFETIME_SECONDS = 600;

    private static final long NANOS_PER_SECOND = 1_000_000_000;
    private static final int UDP = 17;
    private static final int FAMILY_IPV4 = 1;
    private static final int FAMILY_IPV6 = 2;

    sealed interface Outcome {}

    /** @param missingFamily the one of two wanted address families that there is none of, or 0 */
    record Made(Allocation allocation, int missingFamily) implements Outcome {}

    record Refused(int code) implements Outcome {}

    private final TurnSettings settings;
    private final Credentials credentials;
    private final Allocations allocations;
    private final TurnCounters counters;

    AllocateRequest(TurnSettings settings, Credentials credentials, Allocations allocations, TurnCounters counters) {
        this.settings = settings;
        this.credentials = credentials;
        this.allocations = allocations;
        this.counters = counters;
    }

    Outcome handle(Context context, Authenticator.Accepted by) {
        var request = context.request();
        var existing = context.allocation();
        if (existing != null) {
            return existing.madeBy.equals(request.transactionId()) ? new Made(existing, 0) : new Refused(437);
        }
        int code = check(request);
        if (code != 0) {
            return new Refused(code);
        }
        var user = allocations.admit(context.nowNanos(), credentials.owner(by.username()));
        if (user == null) {
            counters.add(Kind.REFUSED_ALLOCATIONS);
            return new Refused(486);
        }
        var made = allocations.isFull() ? null : make(context, by, user);
        if (made == null) {
            counters.add(Kind.REFUSED_ALLOCATIONS);
            return new Refused(
                    request.has(StunAttribute.REQUESTED_ADDRESS_FAMILY) && isUnsupported(request) ? 440 : 508);
        }
        return made;
    }

    /** Attributes that are missing, wrong, or do not go together; 0 when all is well. */
    private static int check(StunMessage request) {
        if (!request.has(StunAttribute.REQUESTED_TRANSPORT)) {
            return 400;
        }
        if (request.u32(StunAttribute.REQUESTED_TRANSPORT) >>> 24 != UDP) {
            return 442;
        }
        boolean reserved = request.has(StunAttribute.RESERVATION_TOKEN);
        boolean one = request.has(StunAttribute.REQUESTED_ADDRESS_FAMILY);
        boolean both = request.has(StunAttribute.ADDITIONAL_ADDRESS_FAMILY);
        boolean even = request.has(StunAttribute.EVEN_PORT);
        if ((reserved && (even || one || both)) || (both && (one || even))) {
            return 400;
        }
        if (both && family(request, StunAttribute.ADDITIONAL_ADDRESS_FAMILY) != FAMILY_IPV6) {
            return 400;
        }
        int family = family(request, StunAttribute.REQUESTED_ADDRESS_FAMILY);
        return one && family != FAMILY_IPV4 && family != FAMILY_IPV6 ? 440 : 0;
    }

    private boolean isUnsupported(StunMessage request) {
        boolean ipv4 = family(request, StunAttribute.REQUESTED_ADDRESS_FAMILY) == FAMILY_IPV4;
        return allocations.relayAddress(ipv4, null) == null;
    }

    private @Nullable Made make(Context context, Authenticator.Accepted by, User user) {
        var request = context.request();
        var relays = new ArrayList<Relay>();
        int missing = 0;
        long token = 0;
        if (request.has(StunAttribute.RESERVATION_TOKEN)) {
            add(relays, allocations.takeReserved(request.i64(StunAttribute.RESERVATION_TOKEN)));
        } else if (request.has(StunAttribute.EVEN_PORT)) {
            boolean ipv4 = family(request, StunAttribute.REQUESTED_ADDRESS_FAMILY) != FAMILY_IPV6;
            boolean reserve = (request.u8(StunAttribute.EVEN_PORT) & 0x80) != 0;
            token = addEven(context, relays, ipv4, reserve);
        } else {
            boolean both = request.has(StunAttribute.ADDITIONAL_ADDRESS_FAMILY);
            boolean ipv6 = family(request, StunAttribute.REQUESTED_ADDRESS_FAMILY) == FAMILY_IPV6;
            if (!ipv6) {
                missing = add(relays, open(true, context.listener())) || !both ? 0 : FAMILY_IPV4;
            }
            if (ipv6 || both) {
                missing = add(relays, open(false, context.listener())) || ipv6 ? missing : FAMILY_IPV6;
            }
        }
        if (relays.isEmpty()) {
            return null;
        }
        long expires = context.nowNanos() + firstLifetimeSeconds(request) * NANOS_PER_SECOND;
        var owner = new Allocation.Owner(user, by.username(), by.key(), by.sha256());
        var allocation = new Allocation(context.path(), owner, request.transactionId(), List.copyOf(relays), expires);
        allocation.reservationToken = token;
        allocations.add(allocation);
        return new Made(allocation, missing);
    }

    private @Nullable Relay open(boolean ipv4, @Nullable TransportAddress listener) {
        var address = allocations.relayAddress(ipv4, listener);
        return address == null ? null : allocations.ports().open(address);
    }

    /** Opens an even port; the token of the one behind it when that is wanted, else 0. */
    private long addEven(Context context, List<Relay> relays, boolean ipv4, boolean reserve) {
        var address = allocations.relayAddress(ipv4, context.listener());
        if (address == null || !reserve) {
            add(relays, address == null ? null : allocations.ports().openEven(address));
            return 0;
        }
        var pair = allocations.mayReserve() ? allocations.ports().openPair(address) : null;
        if (pair == null) {
            return 0;
        }
        relays.add(pair.even());
        return allocations.reserve(context.nowNanos(), pair.next());
    }

    private static boolean add(List<Relay> relays, @Nullable Relay relay) {
        return relay != null && relays.add(relay);
    }

    private static int family(StunMessage request, int type) {
        return request.has(type) ? (int) (request.u32(type) >>> 24) : 0;
    }

    /** An allocation is not born dead: 0 counts as nothing said. */
    private long firstLifetimeSeconds(StunMessage request) {
        long lifetime = lifetimeSeconds(request);
        return lifetime == 0 ? DEFAULT_LIFETIME_SECONDS : lifetime;
    }

    /** What a request gets (RFC 8656, 7.2 and 8.2): 0, or between the default and the longest. */
    long lifetimeSeconds(StunMessage request) {
        long wanted = request.u32(StunAttribute.LIFETIME);
        if (wanted == 0) {
            return 0;
        }
        int most = settings.limits().lifetimeSeconds();
        return Math.min(Math.max(wanted, DEFAULT_LIFETIME_SECONDS), Math.max(most, 1));
    }
}
