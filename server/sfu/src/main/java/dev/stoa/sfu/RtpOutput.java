package dev.stoa.sfu;

/** Where packets to one receiver go. */
public interface RtpOutput {
    /**
     * Sends a packet. {@code
     * int standing = packet.write(area, at, nowNanos);
     * int length = srtp.protectRtp(area, at, standing, packet.payload(), packet.payloadFrom(), packet.payloadCount());
     * }
     *
     * @param packet good during the call
     */
    void send(long nowNanos, OutgoingRtp packet);
}
