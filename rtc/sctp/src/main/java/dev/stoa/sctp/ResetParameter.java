package dev.stoa.sctp;

/** What a RE-CONFIG chunk carries (RFC 6525, 4). */
@SuppressWarnings("ArrayRecordComponent")
sealed interface ResetParameter {
    int OUTGOING_REQUEST = 13;
    int INCOMING_REQUEST = 14;
    int RESPONSE = 16;

    /**
     * The sender will begin these streams anew (4.1).
     *
     * @param request this request's number
     * @param lastTsn what was sent in them before: up to here
     * @param streams none for all
     */
    record Outgoing(int request, int lastTsn, int[] streams) implements ResetParameter {}

    /** The sender wants these streams begun anew by the other side (4.2). */
    record Incoming(int request, int[] streams) implements ResetParameter {}

    /** (4.4). */
    record Response(int request, int result) implements ResetParameter {
        static final int NOTHING_TO_DO = 0;
        static final int PERFORMED = 1;
        static final int DENIED = 2;
        static final int BAD_REQUEST_NUMBER = 5;
        static final int IN_PROGRESS = 6;
    }

    /** A kind of request that is not known here, to be denied. */
    record Other(int request) implements ResetParameter {}
}
