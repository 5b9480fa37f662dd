package dev.stoa.sdp;

/**
 * A header extension that we know.
 *
 * @param direction which way we use it
 */
public record ExtensionCapability(String uri, Direction direction) {
    public static ExtensionCapability of(String uri) {
        return new ExtensionCapability(uri, Direction.SENDRECV);
    }
}
