package dev.stoa.dtls;

/** Why there is no association. */
public enum DtlsFailure {
    /** The other side's certificate is none of those that its session description announced. */
    WRONG_FINGERPRINT,
    /** The other side has sent a fatal alert. */
    ALERTED,
    /** The handshake went wrong: nothing in common, a wrong signature, nonsense. */
    HANDSHAKE_FAILED,
    /** The handshake took too long. */
    TIMED_OUT,
    /** The association broke after the handshake. */
    BROKEN
}
