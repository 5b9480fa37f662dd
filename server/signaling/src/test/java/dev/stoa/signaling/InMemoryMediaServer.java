package dev.stoa.signaling;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A media server that carries nothing, and does the rest: makes, renegotiates and closes PeerConnections, and gives their
 * slots to what the others in the room send. Its events wait until they are asked for.
 */
final class InMemoryMediaServer implements MediaServer {
    /** @param receiving whether it carries audio, by mid, in the order of the offer */
    private record PeerConnection(
            String page, Map<String, SourceKind> sources, SequencedMap<String, Boolean> receiving, Media sends) {
        PeerConnection withSends(Media media) {
            return new PeerConnection(page, sources, receiving, media);
        }
    }

    private final String instance;
    private final Map<String, SequencedMap<String, PeerConnection>> rooms = new HashMap<>();
    private final Map<String, Map<String, Slot>> slots = new HashMap<>();
    private final Map<String, Map<String, ViewSize>> views = new HashMap<>();
    private final ArrayDeque<MediaEvent> events = new ArrayDeque<>();

    InMemoryMediaServer(String instance) {
        this.instance = instance;
    }

    /**
     * An offer as this server reads them.
     *
     * @param page names who made it
     */
    static String sdp(String page, int audioSlots, int videoSlots) {
        var sdp = new StringBuilder("v=0\r\na=x-stoa-offer:1\r\na=x-page:" + page + "\r\n");
        sdp.append("m=audio 9\r\na=mid:0\r\na=sendonly\r\nm=video 9\r\na=mid:1\r\na=sendonly\r\n");
        for (int i = 0; i < audioSlots + videoSlots; i++) {
            sdp.append(i < audioSlots ? "m=audio 9\r\n" : "m=video 9\r\n");
            sdp.append("a=mid:").append(i + 2).append("\r\na=recvonly\r\n");
        }
        return sdp.toString();
    }

    /** Hands over at most {@code count} of the events that wait. */
    void deliver(int count, Consumer<MediaEvent> receiver) {
        for (int i = 0; i < count && !events.isEmpty(); i++) {
            receiver.accept(events.removeFirst());
        }
    }

    boolean isQuiet() {
        return events.isEmpty();
    }

    /** Who has a PeerConnection in this room. */
    Set<String> participants(String room) {
        return Set.copyOf(inRoom(room).keySet());
    }

    /** The page whose PeerConnection this is; null: there is none. */
    @Nullable String pageOf(String room, String participant) {
        var connection = inRoom(room).get(participant);
        return connection == null ? null : connection.page();
    }

    Map<String, Slot> slotsOf(String participant) {
        return slots.getOrDefault(participant, Map.of());
    }

    /** What the participant has said of its slots' sizes; null: nothing. */
    @Nullable Map<String, ViewSize> viewOf(String participant) {
        return views.get(participant);
    }

    @Override
    public String instance() {
        return instance;
    }

    @Override
    public void offer(String room, String participant, String sdp, Map<String, SourceKind> sources, long n) {
        if (!sdp.contains("m=")) {
            events.add(new MediaEvent.Refused(
                    room,
                    participant,
                    new Problem(ErrorCode.SDP_INVALID, "The offer has no m-section.", "Add transceivers."),
                    n));
            return;
        }
        var before = inRoom(room).get(participant);
        var page = lineOf(sdp, "a=x-page:");
        inRoom(room)
                .put(
                        participant,
                        new PeerConnection(
                                page, sources, receiving(sdp), before == null ? Media.NONE : before.sends()));
        events.add(new MediaEvent.Answered(room, participant, sdp));
        assign(room, participant);
    }

    @Override
    public void setMedia(String room, String participant, Media media) {
        if (inRoom(room).computeIfPresent(participant, (_, each) -> each.withSends(media)) != null) {
            assign(room, null);
        }
    }

    @Override
    public void setView(String room, String participant, Map<String, ViewSize> sizes) {
        views.put(participant, sizes);
    }

    @Override
    public void leave(String room, String participant) {
        inRoom(room).remove(participant);
        slots.remove(participant);
        views.remove(participant);
        events.removeIf(event -> event.participant().equals(participant));
        assign(room, null);
    }

    /** Gives slots to sources: what is on stays where it is; {@code always} is told though nothing changed. */
    private void assign(String room, @Nullable String always) {
        inRoom(room).forEach((id, connection) -> {
            var wanted = sourcesFor(room, id);
            var before = slotsOf(id);
            var after = new HashMap<String, Slot>();
            connection.receiving().forEach((mid, audio) -> {
                var slot = before.get(mid);
                if (slot != null && isAudio(slot.source()) == audio && wanted.remove(slot)) {
                    after.put(mid, slot);
                }
            });
            connection.receiving().forEach((mid, audio) -> {
                if (!after.containsKey(mid)) {
                    wanted.stream()
                            .filter(slot -> isAudio(slot.source()) == audio)
                            .findFirst()
                            .ifPresent(slot -> {
                                wanted.remove(slot);
                                after.put(mid, slot);
                            });
                }
            });
            slots.put(id, after);
            if (!after.equals(before) || id.equals(always)) {
                events.add(new MediaEvent.Slots(room, id, after));
            }
        });
    }

    private List<Slot> sourcesFor(String room, String receiver) {
        var wanted = new ArrayList<Slot>();
        inRoom(room).forEach((id, connection) -> {
            for (var source : connection.sources().values()) {
                if (!id.equals(receiver) && isOn(connection.sends(), source)) {
                    wanted.add(new Slot(id, source));
                }
            }
        });
        return wanted;
    }

    private static boolean isOn(Media media, SourceKind source) {
        return switch (source) {
            case MICROPHONE -> media.microphone();
            case CAMERA -> media.camera();
            case SCREEN, SCREEN_AUDIO -> media.screen();
        };
    }

    private static boolean isAudio(SourceKind source) {
        return source == SourceKind.MICROPHONE || source == SourceKind.SCREEN_AUDIO;
    }

    private static SequencedMap<String, Boolean> receiving(String sdp) {
        var receiving = new LinkedHashMap<String, Boolean>();
        for (var section : sdp.split("(?=m=)", -1)) {
            if (section.contains("a=recvonly")) {
                receiving.put(lineOf(section, "a=mid:"), section.startsWith("m=audio"));
            }
        }
        return receiving;
    }

    private static String lineOf(String sdp, String prefix) {
        return sdp.lines()
                .filter(line -> line.startsWith(prefix))
                .map(line -> line.substring(prefix.length()))
                .findFirst()
                .orElse("");
    }

    private SequencedMap<String, PeerConnection> inRoom(String room) {
        return rooms.computeIfAbsent(room, _ -> new LinkedHashMap<>());
    }
}
