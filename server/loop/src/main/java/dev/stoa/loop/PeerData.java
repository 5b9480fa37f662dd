package dev.stoa.loop;

import dev.stoa.dtls.DtlsEngine;
import dev.stoa.sctp.DataChannel;
import dev.stoa.sctp.DataChannelEvent;
import dev.stoa.sctp.DataChannelInit;
import dev.stoa.sctp.DataChannelState;
import dev.stoa.sctp.DataChannels;
import dev.stoa.sctp.Reliability;
import dev.stoa.sctp.SctpOptions;
import dev.stoa.sdp.NegotiatedData;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One participant's data channels with the server. What comes goes to the {@link DataRoom}; what others send goes out by the
 * channel of the same kind, opened at first use and kept.
 *
 * <p>A slow receiver costs itself alone: what waits for it is bounded. Unreliable channels lose messages first; a reliable one
 * that cannot go on is closed, which the receiver sees.
 *
 * <p>Calling contract: one thread at a time. {@code wake} is run when there is something for {@link #pollTransmit}, which is
 * then to be called until it gives null; {@link #handleTimeout} at {@link #nextTimeout}.
 */
final class PeerData {
    /** The channel that is there from the beginning: chat, and who can be reached. As between two browsers. */
    static final String CONTROL_LABEL = "stoa";

    static final DataChannelInit CONTROL = DataChannelInit.negotiated(0, "stoa.chat.1");

    /** What makes two channels of different participants the same to the room. */
    private record ChannelKind(String label, String protocol, Reliability reliability) {
        static ChannelKind of(DataChannel channel) {
            return new ChannelKind(channel.label(), channel.protocol(), channel.reliability());
        }
    }

    private final String participant;
    private final DataRoom room;
    private final DataLimits limits;
    private final MediaCounters counters;
    private final Runnable wake;
    private final DataChannels channels;
    private final DataChannel control;
    private final Map<ChannelKind, DataChannel> byKind = new HashMap<>();
    private final Set<DataChannel> theirs = new HashSet<>();
    /** Those that the server opened, the one that was used least lately first. */
    private final LinkedHashMap<ChannelKind, DataChannel> ours = new LinkedHashMap<>(16, 0.75f, true);

    private final DataBudget messages;
    private final DataBudget bytes;
    private final DataBudget problems;
    private @Nullable NegotiatedData negotiated;
    private long maxMessageBytes;
    private boolean isTransportReady;
    private boolean isBegun;
    private boolean hasPath;
    private boolean isOpen;

    PeerData(
            long nowNanos,
            String participant,
            DataRoom room,
            DataLimits limits,
            MediaCounters counters,
            RandomGenerator random,
            Runnable wake) {
        this.participant = participant;
        this.room = room;
        this.limits = limits;
        this.counters = counters;
        this.wake = wake;
        this.channels = new DataChannels(random);
        this.control = channels.create(nowNanos, CONTROL_LABEL, CONTROL);
        byKind.put(ChannelKind.of(control), control);
        this.messages = new DataBudget(nowNanos, limits.messagesPerSecond(), 2L * limits.messagesPerSecond());
        this.bytes = new DataBudget(nowNanos, limits.bytesPerSecond(), limits.bytesPerSecond());
        this.problems = new DataBudget(nowNanos, limits.problemsPerSecond(), 2L * limits.problemsPerSecond());
    }

    String participant() {
        return participant;
    }

    // What the connection says

    /** The descriptions agree on data channels; what they said first holds. */
    void negotiate(long nowNanos, NegotiatedData agreed) {
        if (negotiated == null) {
            negotiated = agreed;
            begin(nowNanos);
        }
    }

    void handleConnected(long nowNanos) {
        isTransportReady = true;
        begin(nowNanos);
    }

    private void begin(long nowNanos) {
        var agreed = negotiated;
        if (agreed == null || !isTransportReady || isBegun) {
            return;
        }
        isBegun = true;
        maxMessageBytes = agreed.maxMessageSize() == 0 ? Long.MAX_VALUE : agreed.maxMessageSize();
        var options = SctpOptions.of(
                agreed.localSctpPort(),
                agreed.remoteSctpPort(),
                DtlsEngine.MAX_APPLICATION_DATA_LENGTH,
                agreed.maxMessageSize());
        channels.connect(nowNanos, options, false);
        wake.run();
    }

    /** @param nowHas whether anything that is sent now arrives */
    void setPath(long nowNanos, boolean nowHas) {
        hasPath = nowHas;
        updateReach(nowNanos);
    }

    private void updateReach(long nowNanos) {
        if (isOpen && hasPath) {
            room.join(nowNanos, this);
        } else {
            room.leave(nowNanos, this);
        }
    }

    /** Takes application data of DTLS. */
    void handle(long nowNanos, byte[] packet) {
        if (channels.handle(nowNanos, packet) != null) {
            counters.add(MediaCounters.Kind.DATA_MALFORMED);
        }
        drain(nowNanos);
        wake.run();
    }

    long nextTimeout() {
        return channels.nextTimeout();
    }

    void handleTimeout(long nowNanos) {
        channels.handleTimeout(nowNanos);
        drain(nowNanos);
        wake.run();
    }

    /** The next packet for DTLS, null when there is none now. */
    byte @Nullable [] pollTransmit(long nowNanos) {
        if (!isTransportReady) {
            return null;
        }
        var packet = channels.pollTransmit(nowNanos);
        drain(nowNanos);
        return packet;
    }

    /** The participant is gone. */
    void close(long nowNanos) {
        isOpen = false;
        room.leave(nowNanos, this);
        channels.close();
    }

    private void drain(long nowNanos) {
        for (var event = channels.pollEvent(); event != null; event = channels.pollEvent()) {
            switch (event) {
                case DataChannelEvent.Announced(var channel) -> handleAnnounced(nowNanos, channel);
                case DataChannelEvent.Opened(var channel) -> {
                    if (channel == control) {
                        isOpen = true;
                        updateReach(nowNanos);
                    }
                }
                case DataChannelEvent.Binary(var channel, var message) -> handleMessage(nowNanos, channel, message);
                case DataChannelEvent.Text(var channel, var _) -> {
                    counters.add(MediaCounters.Kind.DATA_MALFORMED);
                    tell(nowNanos, channel, DataProblem.MALFORMED);
                }
                case DataChannelEvent.Closed(var channel, boolean isFailure) ->
                    handleClosed(nowNanos, channel, isFailure);
                case DataChannelEvent.BufferedAmountLow _ -> {}
            }
        }
    }

    private void handleAnnounced(long nowNanos, DataChannel channel) {
        if (theirs.size() >= limits.channels()) {
            counters.add(MediaCounters.Kind.DATA_CHANNELS_REFUSED);
            tell(nowNanos, channel, DataProblem.TOO_MANY_CHANNELS);
            channel.close();
            return;
        }
        theirs.add(channel);
        // What is open already goes on, so that order holds.
        byKind.putIfAbsent(ChannelKind.of(channel), channel);
    }

    private void handleMessage(long nowNanos, DataChannel channel, byte[] message) {
        if (channel.state() != DataChannelState.OPEN) {
            return;
        }
        if (!messages.tryTake(nowNanos, 1)) {
            counters.add(MediaCounters.Kind.DATA_LIMITED);
            tell(nowNanos, channel, DataProblem.LIMITED);
            return;
        }
        room.relay(nowNanos, this, channel, message);
    }

    private void handleClosed(long nowNanos, DataChannel channel, boolean isFailure) {
        theirs.remove(channel);
        var kind = ChannelKind.of(channel);
        ours.remove(kind, channel);
        byKind.remove(kind, channel);
        if (channel == control) {
            isOpen = false;
            updateReach(nowNanos);
            if (isFailure) {
                counters.add(MediaCounters.Kind.DATA_FAILED);
            }
        }
    }

    // What the room asks for

    /** Whether this sender may make the server send that much. */
    boolean mayPass(long nowNanos, long count) {
        return bytes.tryTake(nowNanos, count);
    }

    /** Sends what came by another participant's {@code channel}. */
    void deliver(long nowNanos, DataChannel like, byte[] message) {
        if (message.length > maxMessageBytes) {
            counters.add(MediaCounters.Kind.DATA_DISCARDED);
            return;
        }
        var channel = channelLike(nowNanos, like);
        if (channel == null) {
            counters.add(MediaCounters.Kind.DATA_DISCARDED);
            return;
        }
        send(nowNanos, channel, message);
    }

    private void send(long nowNanos, DataChannel channel, byte[] message) {
        if (channel.state() != DataChannelState.OPEN) {
            counters.add(MediaCounters.Kind.DATA_DISCARDED);
            return;
        }
        long waiting = channels.bufferedAmount() + message.length;
        boolean isReliable = channel.reliability().isReliable();
        if (!isReliable && waiting > limits.unreliableBytes()) {
            counters.add(MediaCounters.Kind.DATA_DISCARDED);
            return;
        }
        // The one that is always there does not pay for what waits in others.
        long limit = channel == control ? 2L * limits.reliableBytes() : limits.reliableBytes();
        if (waiting > limit) {
            // A gap in what was promised to be whole would go unnoticed: the receiver sees an end instead.
            counters.add(MediaCounters.Kind.DATA_OVERFLOWED);
            channel.closeNow();
        } else {
            channel.sendShared(nowNanos, message);
        }
        wake.run();
    }

    private @Nullable DataChannel channelLike(long nowNanos, DataChannel like) {
        var kind = ChannelKind.of(like);
        var known = byKind.get(kind);
        if (known != null) {
            ours.get(kind); // it is used now
            return known;
        }
        if (ours.size() >= limits.channels()) {
            ours.firstEntry().getValue().close();
            wake.run();
            return null;
        }
        var init = new DataChannelInit(like.reliability(), like.protocol(), OptionalInt.empty());
        var channel = channels.create(nowNanos, like.label(), init);
        byKind.put(kind, channel);
        ours.put(kind, channel);
        return channel;
    }

    /** By the channel that is always there. */
    void tell(long nowNanos, byte[] message) {
        send(nowNanos, control, message);
    }

    void tell(long nowNanos, DataChannel channel, DataProblem problem) {
        if (problems.tryTake(nowNanos, 1)) {
            send(nowNanos, channel, problem.message());
        }
    }

    /** For tests of its bounds. */
    int channelCount() {
        return byKind.size();
    }

    /** For tests of its bounds: bytes that wait to be sent. */
    long waitingBytes() {
        return channels.bufferedAmount();
    }
}
