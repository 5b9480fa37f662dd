package dev.stoa.app;

import dev.stoa.loop.MediaCounters;
import dev.stoa.loop.MediaNode;
import dev.stoa.sfu.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** What the media loop and the router count, as metrics. */
final class MediaMetrics {
    private final MediaNode node;
    private final MeterRegistry registry;

    private MediaMetrics(MediaNode node, MeterRegistry registry) {
        this.node = node;
        this.registry = registry;
    }

    static void bind(MediaNode node, MeterRegistry registry) {
        var metrics = new MediaMetrics(node, registry);
        for (var kind : MediaCounters.Kind.values()) {
            metrics.count("stoa.media.events", "What happened on the media loop", kind, each -> each.count(kind));
        }
        for (var counter : Counter.values()) {
            metrics.count("stoa.router.packets", "Packets in the router", counter, each -> each.count(counter));
        }
        for (var counter : dev.stoa.net.Counter.values()) {
            metrics.count(
                    "stoa.network.events", "What the media sockets count", counter, each -> each.networkCount(counter));
        }
        FunctionCounter.builder("stoa.media.loop.allocated", node, MediaNode::allocatedBytes)
                .baseUnit("bytes")
                .description("Heap that the media loop's thread has allocated")
                .register(registry);
    }

    private void count(String name, String description, Enum<?> kind, ToDoubleFunction<MediaNode> value) {
        FunctionCounter.builder(name, node, value)
                .tag("kind", kind.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                .description(description)
                .register(registry);
    }
}
