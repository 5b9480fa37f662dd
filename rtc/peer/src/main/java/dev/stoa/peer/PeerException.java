package dev.stoa.peer;

/** A call that a PeerConnection could not follow; it has changed nothing. The names are W3C's (WebIDL, DOMException). */
public final class PeerException extends Exception {
    private static final long serialVersionUID = 1;

    /** What went wrong. */
    public enum Name {
        /** The state does not allow it: an answer without an offer, or anything after the end. */
        INVALID_STATE_ERROR("InvalidStateError"),
        /** The description cannot be read: not SDP, or more of it than the limits allow. */
        SDP_SYNTAX_ERROR("RTCError: sdp-syntax-error"),
        /** The description can be read and not be used: no fingerprint, no BUNDLE, an answer that does not fit its offer. */
        INVALID_ACCESS_ERROR("InvalidAccessError"),
        /** A candidate that is none, or belongs to no m-section. */
        OPERATION_ERROR("OperationError");

        private final String text;

        Name(String text) {
            this.text = text;
        }

        /** As in JavaScript. */
        public String text() {
            return text;
        }
    }

    private final Name name;

    PeerException(Name name, String message) {
        super(message);
        this.name = name;
    }

    public Name name() {
        return name;
    }
}
