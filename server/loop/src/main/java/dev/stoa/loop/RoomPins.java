package dev.stoa.loop;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Which loop a room is on: from the first that is heard of one of its participants until the last of them has left, always
 * the same. A new room goes where the fewest participants are. Any thread.
 */
final class RoomPins {
    private record Pin(int loop, Set<String> participants) {}

    private final Map<String, Pin> pins = new HashMap<>();
    private final int[] participants;

    RoomPins(int loops) {
        participants = new int[loops];
    }

    /** The participant's loop, from now until it leaves. */
    synchronized int pin(PeerKey key) {
        var pin = pins.computeIfAbsent(key.room(), _ -> new Pin(idlest(), new HashSet<>()));
        if (pin.participants().add(key.participant())) {
            participants[pin.loop()]++;
        }
        return pin.loop();
    }

    /** The participant has left; the loop it was on, or -1 when nothing was known of it. */
    synchronized int release(PeerKey key) {
        var pin = pins.get(key.room());
        if (pin == null || !pin.participants().remove(key.participant())) {
            return -1;
        }
        participants[pin.loop()]--;
        if (pin.participants().isEmpty()) {
            pins.remove(key.room());
        }
        return pin.loop();
    }

    synchronized int rooms() {
        return pins.size();
    }

    private int idlest() {
        int fewest = Arrays.stream(participants).min().orElseThrow();
        int loop = 0;
        while (participants[loop] != fewest) {
            loop++;
        }
        return loop;
    }
}
