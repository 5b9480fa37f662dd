package dev.stoa.sdp;

import dev.stoa.wire.Malformation;
import java.io.Serial;

/** Carries a refusal from a line's reader to {@link SdpParser}, which alone catches it. It never leaves the parser. */
final class SdpSyntaxException extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    private final Malformation malformation;
    private final String reason;

    SdpSyntaxException(Malformation malformation, String reason) {
        super(reason, null, false, false);
        this.malformation = malformation;
        this.reason = reason;
    }

    static SdpSyntaxException badValue(String reason) {
        return new SdpSyntaxException(Malformation.BAD_VALUE, reason);
    }

    static SdpSyntaxException tooMany(String what, int limit) {
        return new SdpSyntaxException(Malformation.TOO_MANY, "more than " + limit + " " + what);
    }

    Malformation malformation() {
        return malformation;
    }

    String reason() {
        return reason;
    }
}
