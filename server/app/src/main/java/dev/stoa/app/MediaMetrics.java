package dev.stoa.app;

import dev.stoa.loop.MediaCounters;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;

/** What the media loop counts, as metrics. */
final class MediaMetrics {
    private MediaMetrics() {}

    static void bind(MediaCounters counters, MeterRegistry registry) {
        for (var kind : MediaCounters.Kind.values()) {
            FunctionCounter.builder("stoa.media.events", counters, each -> each.get(kind))
                    .tag("kind", kind.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                    .description("What happened on the media loop")
                    .register(registry);
        }
    }
}
