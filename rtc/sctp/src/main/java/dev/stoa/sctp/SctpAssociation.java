package dev.stoa.sctp;

import dev.stoa.wire.Malformation;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * An SCTP association over DTLS (RFC 9260, RFC 8261), which both sides may begin at once.
 *
 * <p>Calling contract: one thread at a time. {@link #connect} when DTLS is connected; {@link #handle} for what comes. After
 * every call that takes {@code nowNanos}, call {@link #pollEvent} and {@link #pollTransmit} until they give null, and arrange
 * for {@link #handleTimeout} at {@link #nextTimeout}. Bytes from the network never make a method throw.
 *
 * <p>There is one path, so no heartbeats are sent (ICE asks for consent), and one association in a DTLS association, so a
 * restart (5.2.4, action A) is not taken.
 */
final class SctpAssociation {
    static final int ABORT_USER_INITIATED = 12;
    private static final int ABORT_PROTOCOL_VIOLATION = 13;
    private static final int MAX_STREAMS = 65_535;
    private static final long DELAYED_SACK_NANOS = 200_000_000L;
    /** RFC 9260, 16: Association.Max.Retrans, Max.Init.Retransmits. */
    private static final int MAX_FAILURES = 10;

    /** Each waits twice as long as the one before; then it is the timer's turn. */
    private static final int MAX_PROBES = 3;

    private static final long NEVER = Long.MAX_VALUE;
    private static final int COOKIE_LENGTH = 8 + 4 + 4 + 4 + 2;

    private enum State {
        CLOSED,
        COOKIE_WAIT,
        COOKIE_ECHOED,
        ESTABLISHED,
        SHUTDOWN_ACK_SENT,
        ENDED
    }

    private final SctpOptions options;
    private final PacketWriter writer;
    private final RetransmissionTimeout timeout = new RetransmissionTimeout();
    private final CongestionWindow window;
    private final Queue<SctpEvent> events = new ArrayDeque<>();
    private final SendQueue queue = new SendQueue();
    private final Outstanding outstanding;
    private final Reassembly reassembly = new Reassembly();
    /** Chunks that are to go out as they are, each written by itself. */
    private final Queue<Control> controls = new ArrayDeque<>();

    private final int ownTag;
    private final int initialTsn;
    private final long cookieSecret;
    private State state = State.CLOSED;
    private int peerTag;
    private byte[] peerCookie = {};
    private long peerWindow;
    private boolean peerForwards;
    private boolean peerResets;
    private @Nullable Received received;
    private @Nullable StreamReset reset;

    private boolean sackNow;
    private int packetsSinceSack;
    private long sackDueNanos = NEVER;
    private boolean forwardDue;
    /** T1 while connecting, T3 afterwards. */
    private long timerNanos = NEVER;

    /** When an answer is asked for. */
    private long probeNanos = NEVER;

    private int probes;

    private long resetTimerNanos = NEVER;
    private int failures;
    private long refused;

    /**
     * A chunk that waits to be written.
     *
     * @param alone whether nothing else may be in its packet (INIT and INIT ACK; RFC 9260, 3.3.2)
     * @param tag the verification tag of its packet, when it is alone
     */
    private record Control(int length, boolean alone, int tag, Consumer<PacketWriter> write) {}

    SctpAssociation(SctpOptions options, RandomGenerator random) {
        this.options = options;
        this.writer = new PacketWriter(options.maxPacketBytes());
        this.window = new CongestionWindow(options.maxPacketBytes());
        int tag = random.nextInt();
        this.ownTag = tag == 0 ? 1 : tag;
        this.initialTsn = random.nextInt();
        this.cookieSecret = random.nextLong();
        this.outstanding = new Outstanding(initialTsn, window, timeout);
    }

    boolean isConnected() {
        return state == State.ESTABLISHED;
    }

    /** Packets that were malformed or of another association. */
    long refusedPackets() {
        return refused;
    }

    long roundTripNanos() {
        return timeout.roundTripNanos();
    }

    /** Begins; without effect when the other side was faster. */
    void connect(long nowNanos) {
        if (state == State.CLOSED) {
            state = State.COOKIE_WAIT;
            startTimer(nowNanos);
            sendInit();
        }
    }

    private void sendInit() {
        sendAlone(init(false, new byte[0]), 0);
    }

    private Chunk.Init init(boolean isAnswer, byte[] cookie) {
        return new Chunk.Init(
                isAnswer,
                ownTag,
                options.receiveWindowBytes(),
                MAX_STREAMS,
                MAX_STREAMS,
                initialTsn,
                cookie,
                true,
                true);
    }

    // Sending

    /** Queues a message; it goes out when there is room for it, and after the association is there. */
    void send(long nowNanos, int stream, long protocol, byte[] bytes, Reliability reliability) {
        if (state == State.ENDED) {
            return;
        }
        if (reset != null && reset.isWanted(stream)) {
            throw new IllegalStateException("stream " + stream + " is being closed");
        }
        queue.add(new OutgoingMessage(nowNanos, stream, protocol, bytes, reliability));
    }

    /** Bytes of a stream that wait. */
    long buffered(int stream) {
        return queue.buffered(stream);
    }

    /** Bytes of all streams that wait. */
    long buffered() {
        return queue.buffered();
    }

    /** Throws away what waits of a stream, but for a message that was begun. */
    void discard(int stream) {
        queue.discard(stream);
    }

    /** Begins a stream anew as soon as all of it is acknowledged. */
    void resetStream(int stream) {
        if (reset != null) {
            reset.want(stream);
        }
    }

    boolean canReset() {
        return peerResets;
    }

    /** Ends it: the other side is told, nothing is waited for. */
    void abort() {
        if (state == State.ENDED) {
            return;
        }
        controls.clear();
        if (state != State.CLOSED && peerTag != 0) {
            control(8, packet -> packet.abort(ABORT_USER_INITIATED));
        }
        end(false, "closed here");
    }

    // Receiving

    /** @return why it was refused, null when it was not */
    @Nullable Malformation handle(long nowNanos, byte[] packet) {
        var why = switch (PacketReader.read(packet)) {
            case PacketReader.Refused(var malformation) -> malformation;
            case PacketReader.Packet read -> handle(nowNanos, read);
        };
        if (why != null) {
            refused++;
        }
        return why;
    }

    private @Nullable Malformation handle(long nowNanos, PacketReader.Packet packet) {
        if (state == State.ENDED) {
            return null;
        }
        if (packet.destinationPort() != options.localPort() || packet.sourcePort() != options.remotePort()) {
            return Malformation.BAD_VALUE;
        }
        boolean isInit = packet.chunks().getFirst() instanceof Chunk.Init init && !init.isAnswer();
        // RFC 9260, 8.5.1: an INIT stands alone, with no tag.
        if (isInit ? packet.verificationTag() != 0 || packet.chunks().size() > 1 : packet.verificationTag() != ownTag) {
            return Malformation.BAD_CHECK;
        }
        boolean hasData = false;
        for (var chunk : packet.chunks()) {
            hasData |= chunk instanceof Chunk.Data;
            handle(nowNanos, chunk);
            if (state == State.ENDED) {
                return null;
            }
        }
        if (hasData) {
            scheduleSack(nowNanos);
        }
        return null;
    }

    private void handle(long nowNanos, Chunk chunk) {
        switch (chunk) {
            case Chunk.Init init -> handleInit(nowNanos, init);
            case Chunk.CookieEcho(var cookie) -> handleCookie(cookie);
            case Chunk.CookieAck _ -> {
                if (state == State.COOKIE_ECHOED) {
                    establish();
                }
            }
            case Chunk.Data data -> handleData(data);
            case Chunk.Sack sack -> handleSack(nowNanos, sack);
            case Chunk.ForwardTsn forward -> handleForward(forward);
            case Chunk.ReConfig(var parameters) -> parameters.forEach(this::handleReset);
            case Chunk.Heartbeat(boolean isAnswer, var info) -> {
                if (!isAnswer) {
                    control(4 + info.length, packet -> packet.plain(Chunk.HEARTBEAT_ACK, info));
                }
            }
            case Chunk.Abort(int cause) ->
                end(cause != ABORT_USER_INITIATED, "aborted by the other side, cause " + cause);
            case Chunk.Shutdown shutdown -> handleShutdown(nowNanos, shutdown);
            case Chunk.ShutdownComplete _ -> {
                if (state == State.SHUTDOWN_ACK_SENT) {
                    end(false, "shut down by the other side");
                }
            }
            case Chunk.ShutdownAck _ -> control(4, packet -> packet.plain(Chunk.SHUTDOWN_COMPLETE, new byte[0]));
            case Chunk.ErrorReport _, Chunk.Unknown _ -> {}
        }
    }

    // The handshake (RFC 9260, 5)

    private void handleInit(long nowNanos, Chunk.Init init) {
        if (!init.isAnswer()) {
            // 5.2.1: both may begin at once, and each answers with the tag and TSN it began with. Later on it is a late
            // copy.
            if (state == State.ESTABLISHED && init.tag() != peerTag) {
                return;
            }
            var answer = init(true, cookie(init));
            sendAlone(answer, init.tag());
            return;
        }
        if (state != State.COOKIE_WAIT) {
            return; // 5.2.3
        }
        learn(init.tag(), init.initialTsn(), init.window(), init.supportsForwardTsn(), init.supportsReset());
        peerCookie = init.cookie();
        state = State.COOKIE_ECHOED;
        failures = 0;
        startTimer(nowNanos);
        echoCookie();
    }

    private void echoCookie() {
        control(4 + peerCookie.length, packet -> packet.plain(Chunk.COOKIE_ECHO, peerCookie));
    }

    /** What the INIT said, given back by the COOKIE ECHO: until then nothing is kept (5.1.3). */
    private byte[] cookie(Chunk.Init init) {
        return ByteBuffer.allocate(COOKIE_LENGTH)
                .putLong(cookieSecret)
                .putInt(init.tag())
                .putInt(init.initialTsn())
                .putInt((int) Math.min(init.window(), Integer.MAX_VALUE))
                .put((byte) (init.supportsForwardTsn() ? 1 : 0))
                .put((byte) (init.supportsReset() ? 1 : 0))
                .array();
    }

    private void handleCookie(byte[] bytes) {
        var cookie = ByteBuffer.wrap(bytes);
        if (bytes.length != COOKIE_LENGTH || cookie.getLong() != cookieSecret) {
            return; // not one of ours
        }
        int tag = cookie.getInt();
        if (state == State.ESTABLISHED && tag != peerTag) {
            return;
        }
        if (state != State.ESTABLISHED && state != State.SHUTDOWN_ACK_SENT) {
            // 5.2.4, B and D: whichever of the two handshakes got here first.
            learn(tag, cookie.getInt(), cookie.getInt(), cookie.get() != 0, cookie.get() != 0);
            establish();
        }
        control(4, packet -> packet.plain(Chunk.COOKIE_ACK, new byte[0]));
    }

    private void learn(int tag, int remoteInitialTsn, long remoteWindow, boolean forwards, boolean resets) {
        peerTag = tag;
        peerWindow = remoteWindow;
        peerForwards = forwards;
        peerResets = resets;
        if (received == null) {
            received = new Received(remoteInitialTsn);
            reset = new StreamReset(initialTsn, remoteInitialTsn);
        }
    }

    private void establish() {
        state = State.ESTABLISHED;
        failures = 0;
        timerNanos = NEVER;
        events.add(new SctpEvent.Connected());
    }

    // Data that comes (RFC 9260, 6.2)

    private void handleData(Chunk.Data data) {
        if (received == null || (state != State.ESTABLISHED && state != State.COOKIE_ECHOED)) {
            return;
        }
        long tsn = received.extend(data.tsn());
        if (received.contains(tsn)) {
            received.addDuplicate(tsn);
            sackNow = true;
            return;
        }
        boolean isNext = tsn == received.cumulativeTsn() + 1;
        boolean isFull = reassembly.bufferedBytes() + data.bytes().length > options.receiveWindowBytes();
        if (!received.isInReach(tsn) || (isFull && !isNext)) {
            sackNow = true;
            return;
        }
        if (isFull && reassembly.bufferedBytes() > 2L * options.receiveWindowBytes()) {
            // One message that does not end: what fills the gap is taken beyond the window, but not without limit.
            control(8, packet -> packet.abort(ABORT_PROTOCOL_VIOLATION));
            end(true, "a message longer than the window");
            return;
        }
        boolean hadGaps = received.hasGaps();
        received.add(tsn);
        sackNow |= data.immediate() || received.hasGaps() || hadGaps;
        reassembly.add(tsn, data);
        deliver();
        performPendingReset();
    }

    private void deliver() {
        for (var message = reassembly.poll(); message != null; message = reassembly.poll()) {
            events.add(new SctpEvent.Message(message));
        }
    }

    private void handleForward(Chunk.ForwardTsn forward) {
        if (received == null) {
            return;
        }
        long tsn = received.extend(forward.newCumulativeTsn());
        sackNow = true;
        if (tsn > received.cumulativeTsn() && received.isInReach(tsn)) {
            received.forward(tsn);
            // No further than it says: what came beyond may belong to a message that is still coming.
            reassembly.forward(tsn, forward.skipped());
            deliver();
            performPendingReset();
        }
    }

    /** At every second packet with data, or a little later (6.2). */
    private void scheduleSack(long nowNanos) {
        packetsSinceSack++;
        if (packetsSinceSack >= 2) {
            sackNow = true;
        } else if (sackDueNanos == NEVER) {
            sackDueNanos = nowNanos + DELAYED_SACK_NANOS;
        }
    }

    // Acknowledgements

    private void handleSack(long nowNanos, Chunk.Sack sack) {
        if (state != State.ESTABLISHED && state != State.COOKIE_ECHOED) {
            return;
        }
        long cumulative = outstanding.cumulativeTsn() + (sack.cumulativeTsn() - (int) outstanding.cumulativeTsn());
        var told = outstanding.handle(nowNanos, cumulative, sack.gaps());
        if (!told.isValid()) {
            return;
        }
        peerWindow = Math.max(0, sack.window() - outstanding.flightBytes());
        if (told.advanced() || told.bytes() > 0) {
            failures = 0;
        }
        if (outstanding.isEmpty()) {
            timerNanos = NEVER;
        } else if (told.advanced() || told.isLossFound()) {
            startTimer(nowNanos); // 6.3.2, R3
        }
        probes = 0;
        armProbe(nowNanos);
        abandon(nowNanos);
        forwardDue |= peerForwards && outstanding.forward(1) != null;
        beginReset(nowNanos);
    }

    private void armProbe(long nowNanos) {
        long wait = timeout.probeNanos() << probes;
        probeNanos = wait == 0 || probes == MAX_PROBES || outstanding.isEmpty() ? NEVER : nowNanos + wait;
    }

    private void abandon(long nowNanos) {
        for (var message : outstanding.abandon(nowNanos)) {
            queue.forget(message);
            forwardDue = peerForwards;
        }
    }

    // Streams that begin anew (RFC 6525)

    private void beginReset(long nowNanos) {
        if (reset != null
                && state == State.ESTABLISHED
                && reset.begin(
                        stream -> !queue.hasAnyOf(stream) && !outstanding.hasAnyOf(stream),
                        outstanding.nextTsn() - 1)) {
            resetTimerNanos = nowNanos + timeout.nanos();
        }
    }

    private void handleReset(ResetParameter parameter) {
        if (reset == null || received == null || state != State.ESTABLISHED) {
            return;
        }
        switch (parameter) {
            case ResetParameter.Outgoing request -> answerReset(reset, received, request);
            case ResetParameter.Response response -> {
                var done = reset.handle(response);
                if (!done.isEmpty()) {
                    resetTimerNanos = NEVER;
                    failures = 0;
                    queue.reset(done);
                    events.add(new SctpEvent.OutgoingReset(done));
                }
            }
            case ResetParameter.Incoming(int request, var streams) -> {
                for (int stream : streams) {
                    reset.want(stream);
                }
                respond(new ResetParameter.Response(request, ResetParameter.Response.PERFORMED));
            }
            case ResetParameter.Other(int request) ->
                respond(new ResetParameter.Response(request, ResetParameter.Response.DENIED));
        }
    }

    private void answerReset(StreamReset streams, Received came, ResetParameter.Outgoing request) {
        var handled = streams.handle(request, came.cumulativeTsn(), came.extend(request.lastTsn()));
        var done = handled.streams();
        if (done != null) {
            if (request.streams().length == 0) {
                reassembly.resetAll();
            } else {
                reassembly.reset(done);
            }
            events.add(new SctpEvent.IncomingReset(done));
        }
        respond(handled.response());
    }

    private void performPendingReset() {
        if (reset != null && received != null && reset.pending() != null) {
            var request = reset.pending();
            if (received.cumulativeTsn() >= received.extend(request.lastTsn())) {
                answerReset(reset, received, request);
            }
        }
    }

    private void respond(ResetParameter.Response response) {
        control(16, packet -> packet.resetResponse(response));
    }

    // The end

    private void handleShutdown(long nowNanos, Chunk.Shutdown shutdown) {
        if (state != State.ESTABLISHED) {
            return;
        }
        handleSack(nowNanos, new Chunk.Sack(shutdown.cumulativeTsn(), peerWindow, new int[0]));
        // RFC 9260, 9.2. What is still to be sent has nobody who would read it.
        queue.clear();
        state = State.SHUTDOWN_ACK_SENT;
        failures = 0;
        startTimer(nowNanos);
        control(4, packet -> packet.plain(Chunk.SHUTDOWN_ACK, new byte[0]));
    }

    private void end(boolean isFailure, String detail) {
        state = State.ENDED;
        timerNanos = NEVER;
        probeNanos = NEVER;
        resetTimerNanos = NEVER;
        sackDueNanos = NEVER;
        sackNow = false;
        forwardDue = false;
        queue.clear();
        events.add(new SctpEvent.Closed(isFailure, detail));
    }

    // Time

    private void startTimer(long nowNanos) {
        timerNanos = nowNanos + timeout.nanos();
    }

    long nextTimeout() {
        return Math.min(Math.min(timerNanos, probeNanos), Math.min(sackDueNanos, resetTimerNanos));
    }

    void handleTimeout(long nowNanos) {
        if (sackDueNanos <= nowNanos) {
            sackDueNanos = NEVER;
            sackNow = true;
        }
        if (resetTimerNanos <= nowNanos && reset != null) {
            resetTimerNanos = NEVER;
            if (!fail("no answer to a stream reset")) {
                timeout.backOff();
                reset.repeat();
                resetTimerNanos = nowNanos + timeout.nanos();
            }
        }
        if (probeNanos <= nowNanos) {
            probeNanos = NEVER;
            if (outstanding.probe()) {
                probes++;
                armProbe(nowNanos);
            }
        }
        if (timerNanos <= nowNanos) {
            timerNanos = NEVER;
            probeNanos = NEVER;
            if (!fail("no answer")) {
                timeout.backOff();
                startTimer(nowNanos);
                repeat(nowNanos);
            }
        }
    }

    /** @return whether that was the last failure there may be in a row */
    private boolean fail(String detail) {
        failures++;
        if (failures > MAX_FAILURES) {
            controls.clear();
            end(true, detail);
        }
        return state == State.ENDED;
    }

    private void repeat(long nowNanos) {
        switch (state) {
            case COOKIE_WAIT -> sendInit();
            case COOKIE_ECHOED -> echoCookie();
            case ESTABLISHED -> {
                window.collapse();
                outstanding.handleTimeout();
                abandon(nowNanos);
                forwardDue |= peerForwards && outstanding.forward(1) != null;
            }
            case SHUTDOWN_ACK_SENT -> control(4, packet -> packet.plain(Chunk.SHUTDOWN_ACK, new byte[0]));
            case CLOSED, ENDED -> {}
        }
    }

    // Out

    @Nullable SctpEvent pollEvent() {
        return events.poll();
    }

    /** The next packet, null when there is nothing to be sent now. */
    byte @Nullable [] pollTransmit(long nowNanos) {
        var first = controls.peek();
        if (first != null && first.alone) {
            controls.remove();
            writer.begin(options.localPort(), options.remotePort(), first.tag);
            first.write.accept(writer);
            return writer.end();
        }
        writer.begin(options.localPort(), options.remotePort(), peerTag);
        if (writeControls() && state != State.ENDED) {
            beginReset(nowNanos);
            if (received != null && sackNow) {
                writeSack(received);
            }
            writeForward();
            writeReset(nowNanos);
            if (state == State.ESTABLISHED) {
                writeData(nowNanos);
            }
        }
        return writer.isEmpty() ? null : writer.end();
    }

    /** @return whether none is left, so that other chunks may follow */
    private boolean writeControls() {
        for (var next = controls.peek(); next != null; next = controls.peek()) {
            if (next.alone || !writer.hasRoom(next.length)) {
                return false;
            }
            controls.remove();
            next.write.accept(writer);
        }
        return true;
    }

    private void writeSack(Received came) {
        if (!writer.hasRoom(PacketWriter.sackLength(1, 0))) {
            return;
        }
        long room = Math.max(0, options.receiveWindowBytes() - reassembly.bufferedBytes());
        came.write(writer, room);
        sackNow = false;
        packetsSinceSack = 0;
        sackDueNanos = NEVER;
    }

    private void writeForward() {
        if (!forwardDue || !writer.hasRoom(PacketWriter.forwardTsnLength(1))) {
            return;
        }
        var forward = outstanding.forward((writer.remaining() - PacketWriter.forwardTsnLength(0)) / 4);
        forwardDue = false;
        if (forward != null) {
            writer.forwardTsn(forward);
        }
    }

    private void writeReset(long nowNanos) {
        if (reset != null && reset.hasRequest() && writer.hasRoom(reset.requestLength())) {
            reset.writeRequest(writer);
            resetTimerNanos = nowNanos + timeout.nanos();
        }
    }

    private void writeData(long nowNanos) {
        while (true) {
            abandon(nowNanos);
            int room = writer.remaining();
            var again = outstanding.flightBytes() < window.bytes() ? outstanding.takeLost(nowNanos, room) : null;
            if (again != null) {
                write(nowNanos, again);
            } else if (outstanding.hasLost() || !writeNew(nowNanos, room)) {
                return;
            }
        }
    }

    private boolean writeNew(long nowNanos, int room) {
        var message = queue.peek(nowNanos);
        int limit = room - Chunk.Data.HEADER_LENGTH;
        if (message == null || limit < Math.min(message.uncut(), options.maxPacketBytes() / 4)) {
            return false;
        }
        int length = Math.min(limit, message.uncut());
        boolean isProbe = outstanding.flightBytes() == 0;
        // 6.1, A and B: as much as the other side has room for and the path, and one chunk in any case.
        if (!isProbe && (length > peerWindow || outstanding.flightBytes() + length > window.bytes())) {
            return false;
        }
        var piece = queue.cut(message, (int) outstanding.nextTsn(), limit);
        outstanding.add(nowNanos, piece, message);
        peerWindow = Math.max(0, peerWindow - length);
        write(nowNanos, piece);
        return true;
    }

    private void write(long nowNanos, Chunk.Data chunk) {
        writer.data(chunk);
        if (timerNanos == NEVER) {
            startTimer(nowNanos);
            probes = 0;
            armProbe(nowNanos);
        }
    }

    private void control(int length, Consumer<PacketWriter> write) {
        controls.add(new Control(length, false, 0, write));
    }

    private void sendAlone(Chunk.Init init, int tag) {
        controls.add(new Control(PacketWriter.initLength(init), true, tag, packet -> packet.init(init)));
    }
}
