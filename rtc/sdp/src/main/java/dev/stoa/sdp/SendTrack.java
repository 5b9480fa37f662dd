package dev.stoa.sdp;

import java.util.OptionalLong;

/**
 * What we send in an m-section.
 *
 * @param ssrc 1 to 2^32 - 1
 * @param rtxSsrc of its retransmissions; it is announced only where RTX is negotiated
 * @param cname the same for all that is to be played in sync (RFC 3550, 6.5.1)
 */
public record SendTrack(String streamId, String trackId, long ssrc, OptionalLong rtxSsrc, String cname) {
    public SendTrack {
        if (ssrc < 1 || ssrc > 0xFFFF_FFFFL || rtxSsrc.orElse(1) < 1 || rtxSsrc.orElse(1) > 0xFFFF_FFFFL) {
            throw new IllegalArgumentException("an SSRC is 1 to 2^32 - 1");
        }
    }

    Msid msid() {
        return new Msid(streamId, trackId);
    }
}
