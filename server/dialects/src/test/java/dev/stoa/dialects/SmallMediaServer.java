package dev.stoa.dialects;

import dev.stoa.signaling.ErrorCode;
import dev.stoa.signaling.Media;
import dev.stoa.signaling.MediaEvent;
import dev.stoa.signaling.MediaServer;
import dev.stoa.signaling.Problem;
import dev.stoa.signaling.Slot;
import dev.stoa.signaling.SourceKind;
import dev.stoa.signaling.ViewSize;
import dev.stoa.signaling.WantedLayers;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * A media server that carries nothing, for one room: it answers with the offer, and tells everyone which camera is in the
 * m-section {@code slot-N}: that of the Nth of the others whose camera is on. It works where it is told to.
 */
final class SmallMediaServer implements MediaServer {
    static final String INSTANCE = "m-small";

    private final Executor executor;
    private final Consumer<MediaEvent> events;
    private final Map<String, Boolean> cameras = new LinkedHashMap<>();
    private final Map<String, Map<String, Slot>> told = new HashMap<>();

    /** @param executor carries out the calls, one at a time and in order */
    SmallMediaServer(Executor executor, Consumer<MediaEvent> events) {
        this.executor = executor;
        this.events = events;
    }

    /** Who has a PeerConnection, when all that was asked for is done. */
    Set<String> participants() {
        return CompletableFuture.supplyAsync(() -> Set.copyOf(cameras.keySet()), executor)
                .join();
    }

    @Override
    public String instance() {
        return INSTANCE;
    }

    @Override
    public void offer(String room, String participant, String sdp, Map<String, SourceKind> sources, long n) {
        executor.execute(() -> {
            if (!sources.containsValue(SourceKind.CAMERA)) {
                var problem = new Problem(ErrorCode.SDP_INVALID, "The offer has no camera.", "Add one.");
                events.accept(new MediaEvent.Refused(room, participant, problem, n));
                return;
            }
            cameras.putIfAbsent(participant, false);
            events.accept(new MediaEvent.Answered(room, participant, sdp));
            told.remove(participant);
            tellSlots(room);
        });
    }

    @Override
    public void setMedia(String room, String participant, Media media) {
        executor.execute(() -> {
            var before = cameras.replace(participant, media.camera());
            if (before != null && before != media.camera()) {
                tellSlots(room);
            }
        });
    }

    /** For the tests: as many layers of the own camera, in the m-section {@code 0}, are wanted as slots are visible. */
    @Override
    public void setView(String room, String participant, Map<String, ViewSize> slots) {
        executor.execute(() -> {
            var shown = slots.values().stream().filter(size -> size.width() > 0).count();
            var wanted = new WantedLayers.Spatial((int) shown);
            events.accept(new MediaEvent.Layers(room, participant, Map.of("0", wanted)));
        });
    }

    @Override
    public void leave(String room, String participant) {
        executor.execute(() -> {
            told.remove(participant);
            if (cameras.remove(participant) != null) {
                tellSlots(room);
            }
        });
    }

    private void tellSlots(String room) {
        for (var receiver : List.copyOf(cameras.keySet())) {
            var slots = new HashMap<String, Slot>();
            cameras.forEach((participant, on) -> {
                if (on && !participant.equals(receiver)) {
                    slots.put("slot-" + slots.size(), new Slot(participant, SourceKind.CAMERA));
                }
            });
            if (!slots.equals(told.put(receiver, slots))) {
                events.accept(new MediaEvent.Slots(room, receiver, slots));
            }
        }
    }
}
