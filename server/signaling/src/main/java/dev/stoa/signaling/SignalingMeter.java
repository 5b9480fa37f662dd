package dev.stoa.signaling;

/** Is told what a signaling loop does, for the metrics. Called on the loop. */
public interface SignalingMeter {
    /** A message was taken from a client. */
    void received();

    /** A message was given to a connection. */
    void sent();

    /** Something was refused with this code. */
    void refused(ErrorCode code);

    /** A message for a page that is gone was dropped. */
    void stale();

    /** A session began in this way. */
    void began(SessionKind kind);

    /** A session ended. */
    void ended(LeaveReason reason);

    void rooms(int count);

    void sessions(int count);
}
