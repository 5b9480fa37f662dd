package dev.stoa.sdp;

import java.util.Optional;

/**
 * An {@code extmap} line (RFC 8285, 5).
 *
 * @param id 1 to 14 fits the one-byte form, up to 255 the two-byte form; 4096 and up is a wish without an id
 * @param direction empty when not written, which means the m-section's
 * @param uri what it is: {@link HeaderExtensionUri}
 * @param attributes what follows the URI; mostly empty
 */
public record HeaderExtension(int id, Optional<Direction> direction, String uri, String attributes) {
    static final int MAX_ID = 4351;

    public HeaderExtension {
        if (id < 1 || id > MAX_ID) {
            throw new IllegalArgumentException("an extension's id is 1 to " + MAX_ID + ", not " + id);
        }
    }

    public static HeaderExtension of(int id, String uri) {
        return new HeaderExtension(id, Optional.empty(), uri, "");
    }
}
