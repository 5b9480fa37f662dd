package dev.stoa.sctp;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.OptionalInt;
import java.util.Queue;

/** RTCDataChannel (W3C WebRTC, 6.2). */
public final class DataChannel {
    /** As much as the window lets the other side send before it is answered. */
    static final int MAX_SUCCESSOR_BYTES = 1 << 20;

    private static final int MESSAGE_OVERHEAD = 64;

    private final DataChannels channels;
    private final String label;
    private final DataChannelInit init;
    private int id;
    private DataChannelState state = DataChannelState.CONNECTING;
    private long lowThreshold;
    private boolean wasAboveThreshold;
    private boolean isConfirmed;
    private boolean isOutgoingReset;
    private boolean isIncomingReset;
    private final Queue<SctpMessage> successors = new ArrayDeque<>();
    private long successorBytes;

    /** @param id -1 while it is not known which side numbers how */
    DataChannel(DataChannels channels, String label, DataChannelInit init, int id) {
        this.channels = channels;
        this.label = label;
        this.init = init;
        this.id = id;
    }

    public String label() {
        return label;
    }

    public String protocol() {
        return init.protocol();
    }

    public Reliability reliability() {
        return init.reliability();
    }

    public boolean isNegotiated() {
        return init.negotiatedId().isPresent();
    }

    /** Its stream; empty until the roles of DTLS are known. */
    public OptionalInt id() {
        return id < 0 ? OptionalInt.empty() : OptionalInt.of(id);
    }

    public DataChannelState state() {
        return state;
    }

    /** Bytes that wait to be sent. */
    public long bufferedAmount() {
        return id < 0 ? 0 : channels.buffered(id);
    }

    /** {@link DataChannelEvent.BufferedAmountLow} is told when the amount falls to this. */
    public void setBufferedAmountLowThreshold(long bytes) {
        lowThreshold = bytes;
    }

    /**
     * Queues a text.
     *
     * @throws IllegalStateException when the channel is not open, or too much waits already: see {@link #bufferedAmount}
     * @throws IllegalArgumentException when it is longer than the other side takes
     */
    public void send(long nowNanos, String text) {
        channels.send(nowNanos, this, PayloadProtocol.text(text), text.getBytes(StandardCharsets.UTF_8));
    }

    /** The same with bytes. */
    public void send(long nowNanos, byte[] bytes) {
        channels.send(nowNanos, this, PayloadProtocol.binary(bytes), bytes.clone());
    }

    /** The same without a copy: nobody changes {@code bytes} any more, which may be sent by other channels too. */
    public void sendShared(long nowNanos, byte[] bytes) {
        channels.send(nowNanos, this, PayloadProtocol.binary(bytes), bytes);
    }

    /** Closes it, and throws away what waits but for the message that was begun. */
    public void closeNow() {
        channels.discard(this);
        channels.close(this);
    }

    /** Closes it when all of it is sent; both directions (RFC 8831, 6.7). */
    public void close() {
        channels.close(this);
    }

    int number() {
        return id;
    }

    void setNumber(int number) {
        id = number;
    }

    void setState(DataChannelState next) {
        state = next;
    }

    /** The other side has the channel: it has answered, or made it. */
    void confirm() {
        isConfirmed = true;
    }

    /** Our direction of its stream has begun anew, and the other side knows. */
    void outgoingReset() {
        isOutgoingReset = true;
    }

    /** The other side's direction has begun anew: what comes now is another channel's. */
    void incomingReset() {
        isIncomingReset = true;
    }

    boolean isIncomingReset() {
        return isIncomingReset;
    }

    /** Only then may its number be another's (RFC 8831, 6.7). */
    boolean isResetBothWays() {
        return isOutgoingReset && isIncomingReset;
    }

    /**
     * Keeps a message of the channel that will have this one's number: the other side has heard of the end already.
     *
     * @return false when more would wait than {@link #MAX_SUCCESSOR_BYTES}
     */
    boolean addSuccessor(SctpMessage message) {
        successorBytes += message.bytes().length + MESSAGE_OVERHEAD;
        return successorBytes <= MAX_SUCCESSOR_BYTES && successors.add(message);
    }

    Queue<SctpMessage> successors() {
        return successors;
    }

    /** How to send now: in order, behind the OPEN, until the other side is known to have the channel (RFC 8832, 6). */
    Reliability presentReliability() {
        var wanted = reliability();
        return isConfirmed || isNegotiated()
                ? wanted
                : new Reliability(true, wanted.maxRetransmits(), wanted.maxPacketLifeTime());
    }

    /** Whether the amount has just fallen to the threshold. */
    boolean fellLow() {
        boolean above = bufferedAmount() > lowThreshold;
        boolean fell = wasAboveThreshold && !above;
        wasAboveThreshold = above;
        return fell;
    }
}
