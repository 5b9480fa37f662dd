package dev.stoa.sdp;

/**
 * How much of anything a description may have before it is refused. Chromium's offer with 25 video and 3 audio sections to
 * receive, 32 m-sections in all, has 136 kB, 4 500 lines, and no m-section with more than 35 payload types.
 *
 * @param bytes of UTF-8 in the whole
 * @param lineLength characters in one line
 * @param lines in the whole
 * @param sections m-sections
 * @param candidates in one m-section
 * @param codecs payload types in one m-section
 * @param extensions {@code extmap} lines in one m-section
 * @param sources SSRCs in one m-section, and groups of them
 * @param rids in one m-section
 * @param others of anything else that may be repeated: groups, fingerprints, attributes unknown, at one place
 */
public record SdpLimits(
        int bytes,
        int lineLength,
        int lines,
        int sections,
        int candidates,
        int codecs,
        int extensions,
        int sources,
        int rids,
        int others) {
    public static final SdpLimits DEFAULT = new SdpLimits(256 * 1024, 4096, 10_000, 128, 100, 100, 64, 64, 32, 64);
}
