package dev.stoa.sdp;

import java.util.List;

/**
 * SSRCs that belong together (RFC 5576, 4.2).
 *
 * @param semantics {@code FID} for a source and its retransmissions, {@code SIM}, {@code FEC-FR}, …
 */
public record SourceGroup(String semantics, List<Long> ssrcs) {
    public static final String FID = "FID";

    public SourceGroup {
        ssrcs = List.copyOf(ssrcs);
    }
}
