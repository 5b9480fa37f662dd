package dev.stoa.fuzz;

import dev.stoa.sctp.DataChannel;
import dev.stoa.sctp.DataChannelEvent;
import dev.stoa.sctp.DataChannels;
import dev.stoa.sctp.SctpOptions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;

/** One side of an association, whose packets wait to be passed on. */
final class SctpEnd {
    /** What goes out at once, at most; a window of 1 MiB has 1000 packets. */
    private static final int MAX_BURST = 5000;

    final DataChannels channels;
    final Queue<byte[]> outgoing = new ArrayDeque<>();
    final List<DataChannelEvent> events = new ArrayList<>();
    /** All that it made and was told of. */
    final List<DataChannel> known = new ArrayList<>();

    private long lastNow;

    SctpEnd(long seed, boolean isClient) {
        channels = new DataChannels(new Random(seed));
        channels.connect(0, SctpOptions.of(5000, 5000, 1160, SctpOptions.MAX_MESSAGE_BYTES), isClient);
        drain(0);
    }

    void handle(long now, byte[] packet) {
        channels.handle(now, packet);
        drain(now);
    }

    void passTime(long now) {
        if (channels.nextTimeout() <= now) {
            channels.handleTimeout(now);
            drain(now);
            Promise.that(channels.nextTimeout() > now, "what was due was done");
        }
    }

    void drain(long now) {
        Promise.that(now >= lastNow, "time does not go back");
        lastNow = now;
        int burst = 0;
        for (var packet = channels.pollTransmit(now); packet != null; packet = channels.pollTransmit(now)) {
            Promise.that(++burst <= MAX_BURST, "an end comes");
            Promise.that(packet.length <= 1160 && packet.length % 4 == 0, "a packet has its size");
            outgoing.add(packet);
        }
        for (var event = channels.pollEvent(); event != null; event = channels.pollEvent()) {
            events.add(event);
            if (event instanceof DataChannelEvent.Announced(var channel)) {
                known.add(channel);
            }
        }
        for (var channel : known) {
            Promise.that(channel.bufferedAmount() >= 0, "no less than nothing waits");
        }
    }
}
