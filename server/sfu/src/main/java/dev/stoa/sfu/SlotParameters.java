package dev.stoa.sfu;

import dev.stoa.rtp.RtpExtensionIds;
import java.util.List;

/**
 * One of a participant's m-sections to receive by, which carries one track after another.
 *
 * @param mid of the m-section, at most 16 bytes
 * @param ssrc that the server sends with
 * @param rtxSsrc for retransmissions, {@link TrackParameters#UNKNOWN} when none was negotiated
 * @param codecs that the receiver understands, with its payload types
 * @param extensions that were negotiated for this m-section
 */
public record SlotParameters(
        String mid, boolean video, long ssrc, long rtxSsrc, List<Codec> codecs, RtpExtensionIds extensions) {
    public SlotParameters {
        codecs = List.copyOf(codecs);
        if (mid.isEmpty() || mid.length() > 16) {
            throw new IllegalArgumentException("a mid of " + mid.length() + " bytes");
        }
    }
}
