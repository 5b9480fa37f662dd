package dev.stoa.ice;

import dev.stoa.stun.StunMessage;
import dev.stoa.wire.TransportAddress;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What every check has to pass before an agent believes anything of it (RFC 8489, 9.1.3 and 6.3.1). */
final class Gate {
    private Gate() {}

    /**
     * Null when it may pass. One with a wrong integrity is not answered, though RFC 8489 wants a 401: a check with stale
     * credentials comes again anyway, and a forger learns nothing.
     */
    static @Nullable Handled refuse(
            StunMessage check,
            LocalKey key,
            LocalBase base,
            TransportAddress from,
            Outbox outbox,
            IceStatistics statistics) {
        if (!check.verify(key.key())) {
            statistics.unauthenticated++;
            return Handled.UNAUTHENTICATED;
        }
        var unknown = check.unknownRequired();
        if (unknown.length == 0) {
            return null;
        }
        statistics.unknownAttributes++;
        var types = Arrays.stream(unknown).boxed().toList();
        outbox.add(new Outbox.Refusal(base, from, check.transactionId(), key.key(), 420, types));
        return Handled.TAKEN;
    }
}
