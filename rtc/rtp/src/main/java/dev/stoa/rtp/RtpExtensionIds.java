package dev.stoa.rtp;

import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which id each header extension was given in one session (RFC 8285, 5). Immutable; lookups do not allocate. */
public final class RtpExtensionIds {
    private final EnumMap<RtpHeaderExtension, Integer> idByExtension = new EnumMap<>(RtpHeaderExtension.class);
    private final @Nullable RtpHeaderExtension[] extensionById = new RtpHeaderExtension[256];

    /** @param ids 1 to 255 each (15 only in the two-byte form), no id twice */
    public RtpExtensionIds(Map<RtpHeaderExtension, Integer> ids) {
        ids.forEach((extension, id) -> {
            if (id < 1 || id > 255) {
                throw new IllegalArgumentException("an extension's id is 1 to 255, not " + id);
            }
            if (extensionById[id] != null) {
                throw new IllegalArgumentException(extensionById[id] + " and " + extension + " have the same id " + id);
            }
            idByExtension.put(extension, id);
            extensionById[id] = extension;
        });
    }

    /** 0 when it was not negotiated, which no packet has: {@link RtpPacket#extensionOffset} of it is -1. */
    public int id(RtpHeaderExtension extension) {
        var id = idByExtension.get(extension);
        return id == null ? 0 : id;
    }

    public boolean has(RtpHeaderExtension extension) {
        return id(extension) != 0;
    }

    /** Null when the id belongs to none that is known. */
    public @Nullable RtpHeaderExtension extension(int id) {
        return id < 0 || id > 255 ? null : extensionById[id];
    }
}
