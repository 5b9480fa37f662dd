package dev.stoa.signaling;

/** Why a participant is gone. */
public enum LeaveReason {
    LEFT("left"),
    TIMEOUT("timeout"),
    SLOW("slow");

    private final String wireName;

    LeaveReason(String wireName) {
        this.wireName = wireName;
    }

    public String wireName() {
        return wireName;
    }
}
