package dev.stoa.sdp;

import java.util.Locale;

/**
 * Why a description that can be read cannot be used.
 *
 * @param message for people
 */
public record SdpProblem(Code code, String message) {
    /** What it is about; {@link #text} is stable. */
    public enum Code {
        /** An m-section has no mid, or a BUNDLE group names one that is not there. */
        MID,
        /** No or bad ICE user name fragment or password. */
        ICE_CREDENTIALS,
        /** No certificate fingerprint that is strong enough. */
        FINGERPRINT,
        /** A DTLS role that does not fit. */
        SETUP,
        /** One id for two header extensions in a bundle, or one that was not offered. */
        EXTENSION,
        /** Another number of m-sections than the offer. */
        SECTION_COUNT,
        /** An m-section of another kind or protocol than in the offer, or one accepted that was not offered. */
        SECTION_MISMATCH,
        /** An m-section accepted that is not in the bundle, or a group that is not a part of the offer's. */
        BUNDLE,
        /** No rtcp-mux. */
        RTCP_MUX,
        /** A direction that the offer does not allow. */
        DIRECTION,
        /** No codec in common. */
        CODEC,
        /** A rid or simulcast that was not offered. */
        RID,
        /** No SCTP port. */
        SCTP;

        /** As it appears outside: {@code ice-credentials}. */
        public String text() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }
}
