package dev.stoa.signaling;

/** How media travels in a room. */
public enum Topology {
    /** From each participant to each other one. */
    MESH("mesh"),
    /** From each participant to the server, which passes it on: a selective forwarding unit (RFC 7667, 3.7). */
    SFU("sfu");

    private final String wireName;

    Topology(String wireName) {
        this.wireName = wireName;
    }

    public String wireName() {
        return wireName;
    }
}
