package dev.stoa.client;

import dev.stoa.signaling.SourceKind;
import java.util.EnumMap;
import java.util.Map;

/**
 * As whom to join, and with what.
 *
 * @param name as the others see it
 * @param sends what is sent, and by which codec: {@code {CAMERA: "VP8", MICROPHONE: "opus"}}
 * @param soundSlots how many of the others are heard at once, the loudest
 * @param maxPictureSlots how many pictures are received at most; there are as many slots as the others have pictures, in
 *     steps of 4, 9, 16 and 25
 */
public record RoomOptions(
        RoomAddress address, String name, Map<SourceKind, String> sends, int soundSlots, int maxPictureSlots) {
    /** As many as the web client has. */
    public static final int SOUND_SLOTS = 3;

    public static final int MAX_PICTURE_SLOTS = 25;

    public RoomOptions {
        sends = Map.copyOf(sends);
        if (soundSlots < 0 || soundSlots > MAX_PICTURE_SLOTS) {
            throw new IllegalArgumentException("0 to " + MAX_PICTURE_SLOTS + " sounds, not " + soundSlots);
        }
        if (maxPictureSlots < 0 || maxPictureSlots > MAX_PICTURE_SLOTS) {
            throw new IllegalArgumentException("0 to " + MAX_PICTURE_SLOTS + " pictures, not " + maxPictureSlots);
        }
    }

    /** Sends nothing, receives as the web client does. */
    public static RoomOptions of(RoomAddress address, String name) {
        return new RoomOptions(address, name, Map.of(), SOUND_SLOTS, MAX_PICTURE_SLOTS);
    }

    public RoomOptions sending(SourceKind source, String codec) {
        var more = new EnumMap<SourceKind, String>(SourceKind.class);
        more.putAll(sends);
        more.put(source, codec);
        return new RoomOptions(address, name, more, soundSlots, maxPictureSlots);
    }

    public RoomOptions receiving(int sounds, int maxPictures) {
        return new RoomOptions(address, name, sends, sounds, maxPictures);
    }
}
