package dev.stoa.sdp;

import java.util.List;

/**
 * The m-sections that belong together (RFC 5888).
 *
 * @param semantics {@code BUNDLE}, {@code LS}, …
 * @param mids the first one of a BUNDLE is its tagged m-section: it holds the transport (RFC 8843, 7)
 */
public record Group(String semantics, List<String> mids) {
    public static final String BUNDLE = "BUNDLE";

    public Group {
        mids = List.copyOf(mids);
    }

    public boolean isBundle() {
        return semantics.equals(BUNDLE);
    }
}
