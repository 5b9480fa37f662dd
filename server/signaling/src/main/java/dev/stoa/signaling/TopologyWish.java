package dev.stoa.signaling;

import org.jspecify.annotations.Nullable;

/** What a participant asks of its room's {@link Topology}. */
public enum TopologyWish {
    AUTO("auto"),
    /** The client can or will only connect directly. */
    MESH("mesh"),
    SFU("sfu");

    private final String wireName;

    TopologyWish(String wireName) {
        this.wireName = wireName;
    }

    public String wireName() {
        return wireName;
    }

    static @Nullable TopologyWish of(String wireName) {
        for (var wish : values()) {
            if (wish.wireName.equals(wireName)) {
                return wish;
            }
        }
        return null;
    }
}
