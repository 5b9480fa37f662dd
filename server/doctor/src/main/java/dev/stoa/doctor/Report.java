package dev.stoa.doctor;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;

/**
 * All findings of one examination, in the order in which they were made.
 *
 * @param subject what was examined, and from where
 */
public record Report(String subject, List<Finding> findings) {
    private static final int COLUMN = 14;

    public Report {
        findings = List.copyOf(findings);
    }

    /** Whether nothing failed; warnings are none. */
    public boolean isHealthy() {
        return findings.stream().noneMatch(finding -> finding.verdict() == Verdict.FAILURE);
    }

    /** For people. */
    public String text() {
        var text = new StringBuilder(subject).append('\n');
        for (var finding : findings) {
            text.append("  ")
                    .append(pad(word(finding.verdict()), 6))
                    .append(pad(finding.check(), COLUMN))
                    .append(finding.message())
                    .append('\n');
            if (!finding.fix().isEmpty()) {
                text.append(" ".repeat(2 + 6 + COLUMN))
                        .append("-> ")
                        .append(finding.fix())
                        .append('\n');
            }
        }
        long failures = count(Verdict.FAILURE);
        long warnings = count(Verdict.WARNING);
        return text.append(
                        failures == 0
                                ? warnings == 0 ? "All is well.\n" : "It works; warnings: " + warnings + ".\n"
                                : "Failures: " + failures + ".\n")
                .toString();
    }

    /** For programs. */
    public String json() {
        var checks = new JsonArray();
        for (var finding : findings) {
            var check = new JsonObject()
                    .put("check", finding.check())
                    .put("verdict", finding.verdict().name().toLowerCase(Locale.ROOT))
                    .put("message", finding.message());
            checks.add(finding.fix().isEmpty() ? check : check.put("fix", finding.fix()));
        }
        return new JsonObject()
                .put("subject", subject)
                .put("healthy", isHealthy())
                .put("checks", checks)
                .encodePrettily();
    }

    private long count(Verdict verdict) {
        return findings.stream().filter(finding -> finding.verdict() == verdict).count();
    }

    private static String word(Verdict verdict) {
        return switch (verdict) {
            case OK -> "ok";
            case WARNING -> "warn";
            case FAILURE -> "FAIL";
            case SKIPPED -> "skip";
        };
    }

    private static String pad(String word, int width) {
        return word + " ".repeat(Math.max(1, width - word.length()));
    }
}
