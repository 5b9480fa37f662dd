package dev.stoa.sctp;

import java.util.List;

/** One chunk of a packet (RFC 9260, 3.3; RFC 3758, 3.2; RFC 6525, 3.1), read. Numbers are unsigned, TSNs as on the wire. */
@SuppressWarnings("ArrayRecordComponent")
sealed interface Chunk {
    int DATA = 0;
    int INIT = 1;
    int INIT_ACK = 2;
    int SACK = 3;
    int HEARTBEAT = 4;
    int HEARTBEAT_ACK = 5;
    int ABORT = 6;
    int SHUTDOWN = 7;
    int SHUTDOWN_ACK = 8;
    int ERROR = 9;
    int COOKIE_ECHO = 10;
    int COOKIE_ACK = 11;
    int SHUTDOWN_COMPLETE = 14;
    int RE_CONFIG = 130;
    int FORWARD_TSN = 192;

    /** Type, flags and length. */
    int HEADER_LENGTH = 4;

    /**
     * @param tsn 32 bits
     * @param streamSequence 16 bits; of no meaning when unordered
     * @param protocol the payload protocol identifier
     */
    record Data(
            int tsn,
            int stream,
            int streamSequence,
            long protocol,
            boolean unordered,
            boolean beginning,
            boolean ending,
            boolean immediate,
            byte[] bytes)
            implements Chunk {
        static final int HEADER_LENGTH = 16;
    }

    /**
     * @param cookie of an INIT ACK; empty in an INIT
     * @param supportsForwardTsn RFC 3758, 3.1
     * @param supportsReset whether RE-CONFIG is among the supported extensions (RFC 6525, 3; RFC 5061, 4.2.7)
     */
    record Init(
            boolean isAnswer,
            int tag,
            long window,
            int outboundStreams,
            int inboundStreams,
            int initialTsn,
            byte[] cookie,
            boolean supportsForwardTsn,
            boolean supportsReset)
            implements Chunk {}

    /** @param gaps offsets from the cumulative TSN: first and last of each block, alternating */
    record Sack(int cumulativeTsn, long window, int[] gaps) implements Chunk {}

    /** @param info sent back as it is */
    record Heartbeat(boolean isAnswer, byte[] info) implements Chunk {}

    /** @param cause the first error cause's code; 0 without one */
    record Abort(int cause) implements Chunk {}

    record Shutdown(int cumulativeTsn) implements Chunk {}

    record ShutdownAck() implements Chunk {}

    record ShutdownComplete() implements Chunk {}

    record CookieEcho(byte[] cookie) implements Chunk {}

    record CookieAck() implements Chunk {}

    /** Of one ordered stream, the last sequence number that is skipped. */
    record Skipped(int stream, int streamSequence) {}

    record ForwardTsn(int newCumulativeTsn, List<Skipped> skipped) implements Chunk {
        public ForwardTsn {
            skipped = List.copyOf(skipped);
        }
    }

    record ReConfig(List<ResetParameter> parameters) implements Chunk {
        public ReConfig {
            parameters = List.copyOf(parameters);
        }
    }

    /** Tells of an error that ends nothing. */
    record ErrorReport() implements Chunk {}

    /**
     * One that is not known here.
     *
     * @param stops whether the rest of the packet is not to be looked at (RFC 9260, 3.2: the type's highest bit)
     */
    record Unknown(int type, boolean stops) implements Chunk {}
}
