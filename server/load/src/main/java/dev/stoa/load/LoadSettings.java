package dev.stoa.load;

import dev.stoa.srtp.ProtectionProfile;
import dev.stoa.wire.TransportAddress;
import java.net.URI;

/**
 * What a load test does.
 *
 * @param url of the server: its HTTP address, or the WebSocket of Janus
 * @param dialect that the server speaks
 * @param local the address to send from and be reached at; its port does not matter
 * @param token for joining, empty for none
 * @param rooms how many there are; publishers and subscribers are of each
 * @param publishers who send a camera and a microphone and receive nothing
 * @param subscribers who receive all of that and send nothing
 * @param bitrateBps of each video
 * @param burstNanos how far ahead of its rate the pacer of a publisher may run, see {@link Pacer}
 * @param profile of SRTP, the only one that is offered
 */
public record LoadSettings(
        URI url,
        Dialect dialect,
        TransportAddress local,
        String token,
        int rooms,
        int publishers,
        int subscribers,
        int bitrateBps,
        long burstNanos,
        ProtectionProfile profile) {

    /** Whose signaling. */
    public enum Dialect {
        STOA,
        JANUS
    }

    /** As Chromium's pacer (PacingController::kDefaultBurstInterval of libwebrtc). */
    public static final long BROWSER_BURST_NANOS = 40_000_000L;

    public LoadSettings {
        requireAtLeast("rooms", rooms, 1);
        requireAtLeast("publishers", publishers, 1);
        requireAtLeast("subscribers", subscribers, 1);
        requireAtLeast("bitrateBps", bitrateBps, 50_000);
    }

    private static void requireAtLeast(String name, int value, int least) {
        if (value < least) {
            throw new IllegalArgumentException(name + " is at least " + least + ", not " + value);
        }
    }
}
