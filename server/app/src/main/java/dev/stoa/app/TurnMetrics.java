package dev.stoa.app;

import dev.stoa.loop.TurnNode;
import dev.stoa.turn.TurnCounters;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;

/** What TURN counts, as metrics. */
final class TurnMetrics {
    private TurnMetrics() {}

    static void bind(TurnNode node, MeterRegistry registry) {
        for (var kind : TurnCounters.Kind.values()) {
            FunctionCounter.builder(
                            "stoa.turn.events", node, each -> each.counters().get(kind))
                    .tag("kind", kind.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                    .description("What happened at the TURN server")
                    .register(registry);
        }
        Gauge.builder("stoa.turn.allocations", node, TurnNode::openAllocations)
                .description("Allocations that are open")
                .register(registry);
    }
}
