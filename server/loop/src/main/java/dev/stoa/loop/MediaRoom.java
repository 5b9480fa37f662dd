package dev.stoa.loop;

import dev.stoa.sfu.Member;
import dev.stoa.sfu.Room;
import dev.stoa.sfu.Source;
import dev.stoa.sfu.ViewSize;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A room on the media loop: its router, its data, and what signaling says is on and how large it is seen, also of those who
 * have not negotiated yet.
 */
final class MediaRoom {
    private final String name;
    private final Room media;
    private final DataRoom data;
    private final Map<String, Set<Source>> active = new HashMap<>();
    private final Map<String, Map<String, ViewSize>> views = new HashMap<>();

    MediaRoom(String name, Room media, DataRoom data) {
        this.name = name;
        this.media = media;
        this.data = data;
    }

    String name() {
        return name;
    }

    Room media() {
        return media;
    }

    DataRoom data() {
        return data;
    }

    void setActive(long nowNanos, String participant, Set<Source> sources) {
        active.put(participant, sources);
        var member = media.member(participant);
        if (member != null) {
            for (var source : Source.values()) {
                applyActive(nowNanos, member, source);
            }
        }
    }

    /** What was said of it before it was negotiated. */
    void applyActive(long nowNanos, Member member, Source source) {
        @Nullable Set<Source> known = active.get(member.id());
        if (known != null) {
            media.setActive(nowNanos, member, source, known.contains(source));
        }
    }

    void setView(long nowNanos, String participant, Map<String, ViewSize> slots) {
        views.put(participant, slots);
        var member = media.member(participant);
        if (member != null) {
            media.setView(nowNanos, member, slots);
        }
    }

    /** The same of what the participant sees. */
    void applyView(long nowNanos, Member member) {
        @Nullable Map<String, ViewSize> known = views.get(member.id());
        if (known != null) {
            media.setView(nowNanos, member, known);
        }
    }

    void forget(String participant) {
        active.remove(participant);
        views.remove(participant);
    }

    boolean isEmpty() {
        return media.members().isEmpty() && active.isEmpty();
    }
}
