package dev.stoa.sdp;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What we can do in an m-section of one kind.
 *
 * @param codecs best first: an answer names the payload types in this order, and a browser sends the first
 * @param extensions in the order in which an offer numbers them
 * @param maxRids how many streams of simulcast are taken; 0 for none
 */
public record Capabilities(List<CodecCapability> codecs, List<ExtensionCapability> extensions, int maxRids) {
    private static final String H264 = "level-asymmetry-allowed=1;packetization-mode=";

    /** Opus. DTX stays as the other side has it. */
    public static final Capabilities AUDIO = new Capabilities(
            List.of(CodecCapability.audio("opus", 48_000, 2, "minptime=10;useinbandfec=1", "usedtx")),
            extensions(HeaderExtensionUri.AUDIO_LEVEL),
            0);

    /** VP8, VP9, H.264 Constrained Baseline and Baseline, AV1, each with RTX; simulcast of up to four streams. */
    public static final Capabilities VIDEO = new Capabilities(
            List.of(
                    CodecCapability.video("VP8", ""),
                    CodecCapability.video("VP9", "profile-id=0"),
                    CodecCapability.video("VP9", "profile-id=2"),
                    CodecCapability.video("VP9", "profile-id=1"),
                    CodecCapability.video("VP9", "profile-id=3"),
                    CodecCapability.video("H264", H264 + "1;profile-level-id=42e01f"),
                    CodecCapability.video("H264", H264 + "1;profile-level-id=42001f"),
                    CodecCapability.video("H264", H264 + "0;profile-level-id=42e01f"),
                    CodecCapability.video("H264", H264 + "0;profile-level-id=42001f"),
                    CodecCapability.video("AV1", "profile=0", "level-idx", "tier")),
            extensions(
                    HeaderExtensionUri.RID,
                    HeaderExtensionUri.REPAIRED_RID,
                    HeaderExtensionUri.VIDEO_ORIENTATION,
                    HeaderExtensionUri.PLAYOUT_DELAY,
                    HeaderExtensionUri.DEPENDENCY_DESCRIPTOR),
            4);

    /** RED around Opus (RFC 2198). */
    public static final CodecCapability RED_AUDIO = CodecCapability.audio("red", 48_000, 2, "");

    public Capabilities {
        codecs = List.copyOf(codecs);
        extensions = List.copyOf(extensions);
    }

    /** The same with other codecs. */
    public Capabilities withCodecs(List<CodecCapability> others) {
        return new Capabilities(others, extensions, maxRids);
    }

    /** The same with one codec more, at the end. */
    public Capabilities plus(CodecCapability codec) {
        var all = new ArrayList<>(codecs);
        all.add(codec);
        return withCodecs(all);
    }

    /** The same with redundant audio at the beginning, so that the other side sends it. */
    public Capabilities withRedFirst() {
        var all = new ArrayList<CodecCapability>();
        all.add(RED_AUDIO);
        all.addAll(codecs);
        return withCodecs(all);
    }

    /** The same with the codecs of these names only, the first named first. */
    public Capabilities only(String... names) {
        var kept = new ArrayList<CodecCapability>();
        for (var name : names) {
            codecs.stream().filter(c -> c.name().equalsIgnoreCase(name)).forEach(kept::add);
        }
        return withCodecs(kept);
    }

    /** The same with other header extensions. */
    public Capabilities withExtensions(List<ExtensionCapability> others) {
        return new Capabilities(codecs, others, maxRids);
    }

    Set<String> extensionUris() {
        return Set.copyOf(extensions.stream().map(ExtensionCapability::uri).toList());
    }

    private static List<ExtensionCapability> extensions(String... more) {
        var all = new ArrayList<ExtensionCapability>();
        for (var uri :
                List.of(HeaderExtensionUri.MID, HeaderExtensionUri.ABS_SEND_TIME, HeaderExtensionUri.TRANSPORT_CC)) {
            all.add(ExtensionCapability.of(uri));
        }
        for (var uri : more) {
            all.add(ExtensionCapability.of(uri));
        }
        return all;
    }
}
