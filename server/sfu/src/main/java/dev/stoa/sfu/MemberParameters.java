package dev.stoa.sfu;

import dev.stoa.rtp.RtpExtensionIds;

/**
 * A participant whose media comes to the server.
 *
 * @param id opaque here; one at a time in a room
 * @param extensions the ids of header extensions for all its m-sections: bundled ones agree about them (RFC 8843, 9.2)
 * @param reducedSize whether RTCP may be sent without a report before it (RFC 5506, {@code a=rtcp-rsize})
 */
public record MemberParameters(String id, RtpExtensionIds extensions, boolean reducedSize) {}
