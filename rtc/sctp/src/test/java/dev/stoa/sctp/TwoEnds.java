package dev.stoa.sctp;

import dev.stoa.testkit.Link;
import dev.stoa.testkit.SimClock;
import dev.stoa.testkit.SimNetwork;
import dev.stoa.wire.TransportAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;

/** Two ends of an association, over a simulated network instead of DTLS. */
final class TwoEnds {
    static final long MILLI = 1_000_000L;
    static final long SECOND = 1_000 * MILLI;
    static final int PACKET_BYTES = 1160;

    final SimNetwork network;
    final End client;
    final End server;

    TwoEnds(long seed) {
        this(seed, SctpOptions.MAX_MESSAGE_BYTES);
    }

    TwoEnds(long seed, long maxSendMessageBytes) {
        network = new SimNetwork(new SimClock(SECOND), seed);
        var options = SctpOptions.of(5000, 5000, PACKET_BYTES, maxSendMessageBytes);
        client = new End(
                options, new Random(seed), TransportAddress.of("192.0.2.1", 1), TransportAddress.of("192.0.2.2", 1));
        server = new End(
                options, new Random(~seed), TransportAddress.of("192.0.2.2", 1), TransportAddress.of("192.0.2.1", 1));
    }

    long now() {
        return network.clock().nowNanos();
    }

    /** Both begin at once, as they do after DTLS. */
    TwoEnds connect() {
        client.connect(true);
        server.connect(false);
        client.drain();
        server.drain();
        if (!network.runUntil(() -> client.channels.isConnected() && server.channels.isConnected(), 60 * SECOND)) {
            throw new AssertionError("no association");
        }
        return this;
    }

    TwoEnds over(Link link) {
        network.setLink(link);
        return this;
    }

    boolean run(BooleanSupplier until, long seconds) {
        client.drain();
        server.drain();
        return network.runUntil(until, seconds * SECOND);
    }

    /** One of the two. */
    final class End implements SimNetwork.Actor {
        final DataChannels channels;
        final List<DataChannelEvent> events = new ArrayList<>();
        /** The packets that it has sent. */
        final List<byte[]> sent = new ArrayList<>();

        private final SctpOptions options;
        private final TransportAddress here;
        private final TransportAddress there;

        End(SctpOptions options, Random random, TransportAddress here, TransportAddress there) {
            this.options = options;
            this.channels = new DataChannels(random);
            this.here = here;
            this.there = there;
            network.attach(here, (_, packet) -> {
                channels.handle(now(), packet);
                drain();
            });
            network.addActor(this);
        }

        void connect(boolean isDtlsClient) {
            channels.connect(now(), options, isDtlsClient);
        }

        @Override
        public long nextTimeout() {
            return channels.nextTimeout();
        }

        @Override
        public void handleTimeout(long nowNanos) {
            channels.handleTimeout(nowNanos);
            drain();
        }

        void drain() {
            for (var packet = channels.pollTransmit(now()); packet != null; packet = channels.pollTransmit(now())) {
                sent.add(packet);
                network.send(here, there, packet);
            }
            for (var event = channels.pollEvent(); event != null; event = channels.pollEvent()) {
                events.add(event);
            }
        }

        <E extends DataChannelEvent> List<E> events(Class<E> kind) {
            return events.stream().filter(kind::isInstance).map(kind::cast).toList();
        }

        List<String> texts() {
            return events(DataChannelEvent.Text.class).stream()
                    .map(DataChannelEvent.Text::text)
                    .toList();
        }
    }
}
