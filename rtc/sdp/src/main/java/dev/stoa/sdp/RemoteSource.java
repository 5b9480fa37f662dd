package dev.stoa.sdp;

import java.util.OptionalLong;

/**
 * An SSRC that the other side announces.
 *
 * @param rtxSsrc of its retransmissions: the second of its FID group
 * @param cname empty when not said
 */
public record RemoteSource(long ssrc, OptionalLong rtxSsrc, String cname) {}
