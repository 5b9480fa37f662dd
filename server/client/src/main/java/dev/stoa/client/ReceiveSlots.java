package dev.stoa.client;

import dev.stoa.peer.PeerConnection;
import dev.stoa.peer.TransceiverInit;
import dev.stoa.sdp.Capabilities;
import dev.stoa.sdp.CodecCapability;
import dev.stoa.sdp.Direction;
import dev.stoa.sdp.ExtensionCapability;
import dev.stoa.sdp.HeaderExtensionUri;
import dev.stoa.sdp.MediaKind;
import java.util.ArrayList;
import java.util.List;

/**
 * The m-sections in which pictures and sounds of the others come. Joining and leaving negotiates nothing; only more pictures
 * than slots do.
 */
final class ReceiveSlots {
    private static final int[] STEPS = {4, 9, 16, 25};

    /** Each codec once and no header extension that nothing here reads: with 25 slots the offer still fits a message. */
    private static final Capabilities PICTURES = new Capabilities(
            firstOfEach("VP8", "VP9", "H264", "AV1"),
            List.of(
                    ExtensionCapability.of(HeaderExtensionUri.MID),
                    ExtensionCapability.of(HeaderExtensionUri.ABS_SEND_TIME),
                    ExtensionCapability.of(HeaderExtensionUri.TRANSPORT_CC)),
            0);

    private final int maxPictures;
    private int pictures;

    ReceiveSlots(int maxPictures) {
        this.maxPictures = maxPictures;
    }

    static void addSounds(PeerConnection connection, int count) {
        for (int i = 0; i < count; i++) {
            connection.addTransceiver(MediaKind.AUDIO, TransceiverInit.receiveOnly(MediaKind.AUDIO));
        }
    }

    /**
     * Adds what the next offer needs.
     *
     * @param sources pictures that the others send
     */
    void grow(PeerConnection connection, int sources) {
        for (int wanted = Math.min(step(sources), maxPictures); pictures < wanted; pictures++) {
            connection.addTransceiver(MediaKind.VIDEO, new TransceiverInit(Direction.RECVONLY, "-", "-", PICTURES));
        }
    }

    private static int step(int sources) {
        for (int step : STEPS) {
            if (sources <= step) {
                return step;
            }
        }
        return STEPS[STEPS.length - 1];
    }

    private static List<CodecCapability> firstOfEach(String... names) {
        var all = new ArrayList<CodecCapability>();
        for (var name : names) {
            all.add(Capabilities.VIDEO.only(name).codecs().getFirst());
        }
        return all;
    }
}
