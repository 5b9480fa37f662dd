package dev.stoa.doctor;

/**
 * What one examination found.
 *
 * @param check what was examined; stable, see docs/NETWORK.md
 * @param message what was found
 * @param fix the setting or port to change, and how; empty when there is nothing to do
 */
public record Finding(String check, Verdict verdict, String message, String fix) {
    static Finding ok(String check, String message) {
        return new Finding(check, Verdict.OK, message, "");
    }

    static Finding warning(String check, String message, String fix) {
        return new Finding(check, Verdict.WARNING, message, fix);
    }

    static Finding failure(String check, String message, String fix) {
        return new Finding(check, Verdict.FAILURE, message, fix);
    }

    static Finding skipped(String check, String message) {
        return new Finding(check, Verdict.SKIPPED, message, "");
    }
}
