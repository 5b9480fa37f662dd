package dev.stoa.sctp;

import dev.stoa.wire.Malformation;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The data channels of a PeerConnection, over one SCTP association (RFC 8831, RFC 8832).
 *
 * <p>Calling contract: one thread at a time. {@link #connect} when DTLS is connected; {@link #handle} for each of its
 * application data. After every call that takes {@code nowNanos} and after those of a channel, call {@link #pollEvent} until
 * it gives null, then {@link #pollTransmit} until it gives null and hand that to DTLS, and arrange for {@link #handleTimeout}
 * at {@link #nextTimeout}. Bytes from the network never make a method throw.
 */
public final class DataChannels {
    /** 65535 is no stream that may be used (RFC 8831, 6.6). */
    static final int MAX_ID = 65_534;

    /** The other side cannot make us remember more. */
    static final int MAX_CHANNELS = 1024;

    /** As much as browsers let wait. */
    public static final long MAX_BUFFERED_BYTES = 16L << 20;

    private static final int MAX_NAME_BYTES = 65_535;
    private static final byte[] ONE_BYTE = {0};

    private final RandomGenerator random;
    private final Queue<DataChannelEvent> events = new ArrayDeque<>();
    private final Map<Integer, DataChannel> byId = new HashMap<>();
    /** Without a number yet: which numbers are ours is said by the role in DTLS. */
    private final List<DataChannel> unnumbered = new ArrayList<>();

    private int parity = -1;
    private long maxSendBytes;
    private boolean isOver;
    private @Nullable SctpAssociation association;

    public DataChannels(RandomGenerator random) {
        this.random = random;
    }

    /**
     * Begins the association; once. Channels may have been made before.
     *
     * @param isDtlsClient even numbers are the client's, odd ones the server's (RFC 8832, 6)
     */
    public void connect(long nowNanos, SctpOptions options, boolean isDtlsClient) {
        if (association != null) {
            throw new IllegalStateException("connected before");
        }
        parity = isDtlsClient ? 0 : 1;
        maxSendBytes = options.maxSendMessageBytes();
        association = new SctpAssociation(options, random);
        association.connect(nowNanos);
        for (var channel : unnumbered) {
            number(channel);
        }
        unnumbered.clear();
    }

    public boolean isConnected() {
        return association != null && association.isConnected();
    }

    /**
     * Makes a channel; {@link DataChannelEvent.Opened} follows when the association is there.
     *
     * @param label for the application; several may have the same
     * @throws IllegalArgumentException when the negotiated id is taken, or label or protocol are too long
     * @throws IllegalStateException when there are {@value #MAX_CHANNELS} already, or the association has ended
     */
    public DataChannel create(long nowNanos, String label, DataChannelInit init) {
        if (isOver) {
            throw new IllegalStateException("the association has ended");
        }
        if (byId.size() + unnumbered.size() >= MAX_CHANNELS) {
            throw new IllegalStateException("there are " + MAX_CHANNELS + " channels already");
        }
        if (label.getBytes(StandardCharsets.UTF_8).length > MAX_NAME_BYTES
                || init.protocol().getBytes(StandardCharsets.UTF_8).length > MAX_NAME_BYTES) {
            throw new IllegalArgumentException("label and protocol have at most " + MAX_NAME_BYTES + " bytes");
        }
        var channel = new DataChannel(this, label, init, init.negotiatedId().orElse(-1));
        if (channel.isNegotiated()) {
            if (byId.putIfAbsent(channel.number(), channel) != null) {
                throw new IllegalArgumentException("the id " + channel.number() + " is taken");
            }
        } else if (parity < 0) {
            unnumbered.add(channel);
        } else {
            number(channel);
        }
        if (association != null && association.isConnected()) {
            open(nowNanos, association, channel);
        }
        return channel;
    }

    private void number(DataChannel channel) {
        int id = parity;
        while (byId.containsKey(id)) {
            id += 2;
        }
        channel.setNumber(id);
        byId.put(id, channel);
    }

    private void open(long nowNanos, SctpAssociation over, DataChannel channel) {
        if (channel.state() != DataChannelState.CONNECTING) {
            return;
        }
        if (!channel.isNegotiated()) {
            var open = new ChannelOpen(channel.reliability(), channel.label(), channel.protocol());
            over.send(nowNanos, channel.number(), PayloadProtocol.DCEP, open.write(), Reliability.RELIABLE);
        }
        // Not waiting for the ACK: messages may follow at once, and reliable order keeps them behind (RFC 8832, 6).
        channel.setState(DataChannelState.OPEN);
        events.add(new DataChannelEvent.Opened(channel));
    }

    void send(long nowNanos, DataChannel channel, long protocol, byte[] bytes) {
        if (channel.state() != DataChannelState.OPEN || association == null) {
            throw new IllegalStateException("the channel is " + channel.state());
        }
        if (maxSendBytes > 0 && bytes.length > maxSendBytes) {
            throw new IllegalArgumentException(bytes.length + " bytes; the other side takes " + maxSendBytes);
        }
        if (channel.bufferedAmount() + bytes.length > MAX_BUFFERED_BYTES) {
            throw new IllegalStateException("more than " + MAX_BUFFERED_BYTES + " bytes would wait");
        }
        association.send(
                nowNanos,
                channel.number(),
                protocol,
                bytes.length == 0 ? ONE_BYTE : bytes,
                channel.presentReliability());
        channel.fellLow();
    }

    /** Bytes that wait to be sent, of all channels. */
    public long bufferedAmount() {
        return association == null ? 0 : association.buffered();
    }

    void discard(DataChannel channel) {
        if (association != null) {
            association.discard(channel.number());
        }
    }

    long buffered(int id) {
        return association == null ? 0 : association.buffered(id);
    }

    void close(DataChannel channel) {
        if (channel.state() == DataChannelState.CLOSING || channel.state() == DataChannelState.CLOSED) {
            return;
        }
        boolean wasOpen = channel.state() == DataChannelState.OPEN;
        channel.setState(DataChannelState.CLOSING);
        if (association == null || !wasOpen || !association.isConnected() || !association.canReset()) {
            forget(channel, false);
        } else {
            association.resetStream(channel.number());
        }
    }

    private void forget(DataChannel channel, boolean isFailure) {
        unnumbered.remove(channel);
        byId.remove(channel.number(), channel);
        if (channel.state() != DataChannelState.CLOSED) {
            channel.setState(DataChannelState.CLOSED);
            events.add(new DataChannelEvent.Closed(channel, isFailure));
        }
    }

    /** Takes application data of DTLS. Null, or why it was refused. */
    public @Nullable Malformation handle(long nowNanos, byte[] packet) {
        if (association == null) {
            return Malformation.REPLAYED;
        }
        var why = association.handle(nowNanos, packet);
        drain(nowNanos, association);
        return why;
    }

    private void drain(long nowNanos, SctpAssociation from) {
        for (var event = from.pollEvent(); event != null; event = from.pollEvent()) {
            switch (event) {
                case SctpEvent.Connected _ ->
                    List.copyOf(byId.values()).forEach(channel -> open(nowNanos, from, channel));
                case SctpEvent.Message(var message) -> deliver(nowNanos, from, message);
                case SctpEvent.IncomingReset(var streams) -> {
                    var closing = streams.isEmpty() ? List.copyOf(byId.keySet()) : streams;
                    closing.forEach(stream -> closeToo(nowNanos, from, stream));
                }
                case SctpEvent.OutgoingReset(var streams) -> {
                    for (int stream : streams) {
                        var channel = byId.get(stream);
                        if (channel != null) {
                            channel.outgoingReset();
                            forgetWhenReset(nowNanos, from, channel);
                        }
                    }
                }
                case SctpEvent.Closed(boolean isFailure, var _) -> end(isFailure);
            }
        }
        for (var channel : byId.values()) {
            if (channel.fellLow()) {
                events.add(new DataChannelEvent.BufferedAmountLow(channel));
            }
        }
    }

    private void end(boolean isFailure) {
        isOver = true;
        List.copyOf(byId.values()).forEach(channel -> forget(channel, isFailure));
        List.copyOf(unnumbered).forEach(channel -> forget(channel, isFailure));
    }

    /** The other side closes the channel: it is closed from here as well (RFC 8831, 6.7). */
    private void closeToo(long nowNanos, SctpAssociation from, int stream) {
        var channel = byId.get(stream);
        if (channel == null) {
            return;
        }
        channel.incomingReset();
        if (channel.state() == DataChannelState.OPEN) {
            channel.setState(DataChannelState.CLOSING);
            from.resetStream(stream);
        }
        forgetWhenReset(nowNanos, from, channel);
    }

    private void forgetWhenReset(long nowNanos, SctpAssociation from, DataChannel channel) {
        if (channel.isResetBothWays()) {
            forget(channel, false);
            channel.successors().forEach(message -> deliver(nowNanos, from, message));
        }
    }

    private void deliver(long nowNanos, SctpAssociation from, SctpMessage message) {
        var channel = byId.get(message.stream());
        if (channel != null && channel.isIncomingReset()) {
            if (!channel.addSuccessor(message)) {
                from.abort();
                end(true);
            }
            return;
        }
        if (channel != null) {
            channel.confirm();
        }
        if (message.protocol() == PayloadProtocol.DCEP) {
            control(nowNanos, from, message, channel);
            return;
        }
        if (channel == null || channel.state() == DataChannelState.CLOSED) {
            return;
        }
        switch ((int) message.protocol()) {
            case (int) PayloadProtocol.STRING ->
                events.add(new DataChannelEvent.Text(channel, new String(message.bytes(), StandardCharsets.UTF_8)));
            case (int) PayloadProtocol.BINARY -> events.add(new DataChannelEvent.Binary(channel, message.bytes()));
            case (int) PayloadProtocol.EMPTY_STRING -> events.add(new DataChannelEvent.Text(channel, ""));
            case (int) PayloadProtocol.EMPTY_BINARY -> events.add(new DataChannelEvent.Binary(channel, new byte[0]));
            default -> {
                // The partial ones, 52 and 54, are no longer sent (RFC 8831, 6.6); others are not for us.
            }
        }
    }

    private void control(long nowNanos, SctpAssociation from, SctpMessage message, @Nullable DataChannel existing) {
        var open = ChannelOpen.read(message.bytes());
        if (open == null || existing != null || byId.size() >= MAX_CHANNELS || message.stream() > MAX_ID) {
            return; // an ACK, nonsense, or a stream that is in use
        }
        var init = new DataChannelInit(open.reliability(), open.protocol(), OptionalInt.empty());
        var channel = new DataChannel(this, open.label(), init, message.stream());
        channel.setState(DataChannelState.OPEN);
        channel.confirm();
        byId.put(message.stream(), channel);
        from.send(
                nowNanos,
                message.stream(),
                PayloadProtocol.DCEP,
                new byte[] {(byte) ChannelOpen.TYPE_ACK},
                Reliability.RELIABLE);
        events.add(new DataChannelEvent.Announced(channel));
    }

    /** What to send by DTLS next, null when there is nothing. */
    public byte @Nullable [] pollTransmit(long nowNanos) {
        if (association == null) {
            return null;
        }
        var packet = association.pollTransmit(nowNanos);
        drain(nowNanos, association);
        return packet;
    }

    public @Nullable DataChannelEvent pollEvent() {
        return events.poll();
    }

    /** When to call {@link #handleTimeout}; {@link Long#MAX_VALUE} for never. */
    public long nextTimeout() {
        return association == null ? Long.MAX_VALUE : association.nextTimeout();
    }

    public void handleTimeout(long nowNanos) {
        if (association != null) {
            association.handleTimeout(nowNanos);
            drain(nowNanos, association);
        }
    }

    /** Ends all; what {@link #pollTransmit} gives afterwards tells the other side. */
    public void close() {
        if (association != null) {
            association.abort();
        }
        end(false);
    }
}
