package dev.stoa.dialects;

import dev.stoa.signaling.ErrorCode;
import dev.stoa.signaling.LeaveReason;
import dev.stoa.signaling.SessionKind;
import dev.stoa.signaling.SignalingMeter;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;

/** The signaling server's metrics; the loops share the counters, and the gauges are their sums. */
final class SignalingMetrics {
    private final Counter received;
    private final Counter sent;
    private final Counter stale;
    private final Map<ErrorCode, Counter> refused;
    private final Map<SessionKind, Counter> began;
    private final Map<LeaveReason, Counter> ended;
    private final AtomicInteger rooms = new AtomicInteger();
    private final AtomicInteger sessions = new AtomicInteger();

    /** @param connections how many are open, joined or not */
    SignalingMetrics(MeterRegistry registry, Supplier<Number> connections) {
        received = registry.counter("stoa.signaling.received");
        sent = registry.counter("stoa.signaling.sent");
        stale = registry.counter("stoa.signaling.stale");
        refused = perConstant(ErrorCode.class, c -> registry.counter("stoa.signaling.refused", "code", c.wireName()));
        began = perConstant(
                SessionKind.class, k -> registry.counter("stoa.signaling.sessions.began", "kind", k.wireName()));
        ended = perConstant(
                LeaveReason.class, r -> registry.counter("stoa.signaling.sessions.ended", "reason", r.wireName()));
        Gauge.builder("stoa.signaling.rooms", rooms, AtomicInteger::get).register(registry);
        Gauge.builder("stoa.signaling.sessions", sessions, AtomicInteger::get).register(registry);
        Gauge.builder("stoa.signaling.connections", connections).register(registry);
    }

    /** Something was refused before it reached a loop. */
    void refused(ErrorCode code) {
        count(refused, code);
    }

    /** The view that one loop reports to. */
    SignalingMeter forLoop() {
        return new SignalingMeter() {
            private int roomsHere;
            private int sessionsHere;

            @Override
            public void received() {
                received.increment();
            }

            @Override
            public void sent() {
                sent.increment();
            }

            @Override
            public void refused(ErrorCode code) {
                count(refused, code);
            }

            @Override
            public void stale() {
                stale.increment();
            }

            @Override
            public void began(SessionKind kind) {
                count(began, kind);
            }

            @Override
            public void ended(LeaveReason reason) {
                count(ended, reason);
            }

            @Override
            public void rooms(int count) {
                rooms.addAndGet(count - roomsHere);
                roomsHere = count;
            }

            @Override
            public void sessions(int count) {
                sessions.addAndGet(count - sessionsHere);
                sessionsHere = count;
            }
        };
    }

    private static <E extends Enum<E>> Map<E, Counter> perConstant(Class<E> type, Function<E, Counter> counter) {
        var counters = new EnumMap<E, Counter>(type);
        for (var constant : type.getEnumConstants()) {
            counters.put(constant, counter.apply(constant));
        }
        return counters;
    }

    private static <E extends Enum<E>> void count(Map<E, Counter> counters, E constant) {
        var counter = counters.get(constant);
        if (counter != null) {
            counter.increment();
        }
    }
}
