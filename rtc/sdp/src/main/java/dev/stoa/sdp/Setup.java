package dev.stoa.sdp;

import java.util.Locale;
import java.util.Optional;

/** Who begins the DTLS handshake (RFC 4145, 4; RFC 8842, 5). */
public enum Setup {
    /** Is the DTLS client. */
    ACTIVE,
    /** Is the DTLS server. */
    PASSIVE,
    /** Either; only in offers. */
    ACTPASS,
    /** Nobody for now; not used by WebRTC. */
    HOLDCONN;

    public static Optional<Setup> parse(String text) {
        for (var setup : values()) {
            if (setup.text().equals(text)) {
                return Optional.of(setup);
            }
        }
        return Optional.empty();
    }

    /** As it is written. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
