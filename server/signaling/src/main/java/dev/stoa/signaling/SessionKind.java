package dev.stoa.signaling;

/** How a join went on from what was before (docs/PROTOCOL.md, "Losing the connection, and coming back"). */
public enum SessionKind {
    NEW("new"),
    RESUMED("resumed"),
    RESTORED("restored");

    private final String wireName;

    SessionKind(String wireName) {
        this.wireName = wireName;
    }

    public String wireName() {
        return wireName;
    }
}
