package dev.stoa.sfu;

import java.util.HashSet;
import java.util.List;

/**
 * How a participant sends a track, as negotiated for its m-section.
 *
 * @param mid of the m-section
 * @param ssrc as announced in the SDP, or {@link #UNKNOWN}: then learned from the first packets. Always so with simulcast
 * @param rtxSsrc the same for retransmissions
 * @param rids the streams of simulcast, in the order of the description; empty without
 */
public record TrackParameters(TrackId id, String mid, List<Codec> codecs, long ssrc, long rtxSsrc, List<String> rids) {
    public static final long UNKNOWN = -1;

    /** Of simulcast. */
    public static final int MAX_LAYERS = 4;

    public TrackParameters {
        codecs = List.copyOf(codecs);
        rids = List.copyOf(rids);
        if (codecs.isEmpty()) {
            throw new IllegalArgumentException("a track without a codec");
        }
        if (rids.size() > MAX_LAYERS || new HashSet<>(rids).size() < rids.size()) {
            throw new IllegalArgumentException("the rids " + rids);
        }
    }

    /** A track of one stream. */
    public TrackParameters(TrackId id, String mid, List<Codec> codecs, long ssrc, long rtxSsrc) {
        this(id, mid, codecs, ssrc, rtxSsrc, List.of());
    }
}
