package dev.stoa.sfu;

import java.util.List;

/**
 * How a participant sends a track, as negotiated for its m-section.
 *
 * @param mid of the m-section
 * @param ssrc as announced in the SDP, or {@link #UNKNOWN}: then learned from the first packets
 * @param rtxSsrc the same for retransmissions
 */
public record TrackParameters(TrackId id, String mid, List<Codec> codecs, long ssrc, long rtxSsrc) {
    public static final long UNKNOWN = -1;

    public TrackParameters {
        codecs = List.copyOf(codecs);
        if (codecs.isEmpty()) {
            throw new IllegalArgumentException("a track without a codec");
        }
    }
}
