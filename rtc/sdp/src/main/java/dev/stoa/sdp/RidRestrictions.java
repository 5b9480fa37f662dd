package dev.stoa.sdp;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The restrictions of a rid (RFC 8851, 5). */
final class RidRestrictions {
    private static final Set<String> KNOWN =
            Set.of("pt", "max-width", "max-height", "max-fps", "max-fs", "max-br", "max-pps", "max-bpp", "depend");

    private RidRestrictions() {}

    /**
     * The restrictions in the answer to a rid, or nothing when it must be left out: one is unknown, or none of its payload
     * types was accepted (RFC 8851, 6.3).
     */
    static Optional<FormatParameters> answerTo(FormatParameters offered, List<String> accepted) {
        var values = new LinkedHashMap<>(offered.values());
        if (!KNOWN.containsAll(values.keySet())) {
            return Optional.empty();
        }
        var payloadTypes = values.get("pt");
        if (payloadTypes != null) {
            var kept = Lines.parts(payloadTypes, ',').stream()
                    .filter(accepted::contains)
                    .collect(Collectors.joining(","));
            if (kept.isEmpty()) {
                return Optional.empty();
            }
            values.put("pt", kept);
        }
        return Optional.of(FormatParameters.of(values));
    }
}
