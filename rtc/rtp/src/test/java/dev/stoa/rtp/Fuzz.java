package dev.stoa.rtp;

import dev.stoa.wire.Datagram;
import java.util.random.RandomGenerator;

/** Inputs that are almost right: a valid one with bytes changed, cut or continued; at times only noise. */
final class Fuzz {
    private Fuzz() {}

    static void fill(Datagram place, byte[] valid, RandomGenerator random) {
        place.setLength(0);
        if (random.nextInt(8) == 0) {
            var noise = new byte[random.nextInt(place.capacity() + 1)];
            random.nextBytes(noise);
            place.set(noise);
            return;
        }
        place.set(valid);
        for (int changes = random.nextInt(6); changes > 0; changes--) {
            place.put8(random.nextInt(valid.length), interesting(random));
        }
        switch (random.nextInt(4)) {
            case 0 -> place.setLength(random.nextInt(valid.length + 1));
            case 1 -> {
                int length = valid.length + random.nextInt(place.capacity() - valid.length + 1);
                for (int i = valid.length; i < length; i++) {
                    place.put8(i, random.nextInt());
                }
                place.setLength(length);
            }
            default -> {}
        }
    }

    private static int interesting(RandomGenerator random) {
        return switch (random.nextInt(6)) {
            case 0 -> 0;
            case 1 -> 0xFF;
            case 2 -> 0x80;
            case 3 -> 1 << random.nextInt(8);
            default -> random.nextInt(256);
        };
    }
}
