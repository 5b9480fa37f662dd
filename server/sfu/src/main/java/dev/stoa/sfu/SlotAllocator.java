package dev.stoa.sfu;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which of the others' sources a receiver gets in which of its slots. Whoever has a slot keeps it as long as that is
 * possible. When slots are short, screens come before cameras, cameras in the order they came; of audio the loudest are
 * heard, and who is heard is replaced only by somebody clearly louder, after a while.
 *
 * <p>Calling contract: {@link #allocate} with all candidates whenever they have changed and, when audio slots are short
 * ({@link #isShortOfAudio}), every now and then.
 */
public final class SlotAllocator {
    /** How much louder, in dB, somebody must be to take another's place. */
    static final double MARGIN = 6;

    /** How long a place is kept at least. */
    static final long MIN_HOLD_NANOS = 1_500_000_000L;

    /**
     * A source that the receiver could get.
     *
     * @param loudness 0 for silence to 127, smoothed; of audio
     */
    public record Candidate(TrackId id, double loudness) {}

    private static final class Slot {
        private final String mid;
        private final boolean video;
        private @Nullable TrackId track;
        private long sinceNanos;

        private Slot(String mid, boolean video) {
            this.mid = mid;
            this.video = video;
        }

        private void set(long nowNanos, @Nullable TrackId next) {
            track = next;
            sinceNanos = nowNanos;
        }
    }

    private final List<Slot> slots = new ArrayList<>();
    private Map<String, TrackId> map = Map.of();
    private boolean shortOfAudio;

    public SlotAllocator() {}

    public void addSlot(String mid, boolean video) {
        slots.add(new Slot(mid, video));
    }

    /** By the slot's mid; a slot that is empty is not there. Immutable. */
    public Map<String, TrackId> slots() {
        return map;
    }

    /** Whether there are more to hear than slots, so that loudness matters. */
    public boolean isShortOfAudio() {
        return shortOfAudio;
    }

    /**
     * Assigns anew.
     *
     * @param candidates the others' sources that are on, in the order they came
     * @return whether {@link #slots} has changed
     */
    public boolean allocate(long nowNanos, List<Candidate> candidates) {
        var loudness = new HashMap<TrackId, Double>();
        for (var candidate : candidates) {
            loudness.put(candidate.id(), candidate.loudness());
        }
        var assigned = new HashMap<TrackId, Slot>();
        for (var slot : slots) {
            if (slot.track != null && loudness.containsKey(slot.track)) {
                assigned.put(slot.track, slot);
            } else {
                slot.set(nowNanos, null);
            }
        }
        allocateVideo(nowNanos, candidates, assigned);
        allocateAudio(nowNanos, candidates, assigned, loudness);
        var next = new LinkedHashMap<String, TrackId>();
        for (var slot : slots) {
            if (slot.track != null) {
                next.put(slot.mid, slot.track);
            }
        }
        boolean changed = !next.equals(map);
        if (changed) {
            map = Collections.unmodifiableMap(next);
        }
        return changed;
    }

    private void allocateVideo(long nowNanos, List<Candidate> candidates, Map<TrackId, Slot> assigned) {
        for (var kind : List.of(Source.SCREEN, Source.CAMERA)) {
            for (var candidate : candidates) {
                if (candidate.id().source() != kind || assigned.containsKey(candidate.id())) {
                    continue;
                }
                var slot = freeSlot(true);
                if (slot == null && kind == Source.SCREEN) {
                    slot = takeFromLastCamera(candidates, assigned);
                }
                if (slot == null) {
                    break;
                }
                slot.set(nowNanos, candidate.id());
                assigned.put(candidate.id(), slot);
            }
        }
    }

    private void allocateAudio(
            long nowNanos, List<Candidate> candidates, Map<TrackId, Slot> assigned, Map<TrackId, Double> loudness) {
        var unheard = new ArrayList<Candidate>();
        for (var candidate : candidates) {
            if (!candidate.id().source().isVideo() && !assigned.containsKey(candidate.id())) {
                unheard.add(candidate);
            }
        }
        unheard.sort((a, b) -> Double.compare(b.loudness(), a.loudness()));
        for (var slot = freeSlot(false); slot != null && !unheard.isEmpty(); slot = freeSlot(false)) {
            slot.set(nowNanos, unheard.removeFirst().id());
        }
        shortOfAudio = !unheard.isEmpty() && slots.stream().anyMatch(slot -> !slot.video);
        for (var louder : unheard) {
            var slot = quietest(nowNanos, loudness);
            if (slot == null || louder.loudness() < loudness(slot, loudness) + MARGIN) {
                return;
            }
            slot.set(nowNanos, louder.id());
        }
    }

    /** Of those who were heard long enough. */
    private @Nullable Slot quietest(long nowNanos, Map<TrackId, Double> loudness) {
        Slot quietest = null;
        for (var slot : slots) {
            if (!slot.video
                    && slot.track != null
                    && nowNanos - slot.sinceNanos >= MIN_HOLD_NANOS
                    && (quietest == null || loudness(slot, loudness) < loudness(quietest, loudness))) {
                quietest = slot;
            }
        }
        return quietest;
    }

    private static double loudness(Slot slot, Map<TrackId, Double> loudness) {
        return slot.track == null ? 0 : loudness.getOrDefault(slot.track, 0.0);
    }

    /** The slot of the camera that came last. */
    private static @Nullable Slot takeFromLastCamera(List<Candidate> candidates, Map<TrackId, Slot> assigned) {
        for (var candidate : candidates.reversed()) {
            var slot = candidate.id().source() == Source.CAMERA ? assigned.remove(candidate.id()) : null;
            if (slot != null) {
                return slot;
            }
        }
        return null;
    }

    private @Nullable Slot freeSlot(boolean video) {
        for (var slot : slots) {
            if (slot.video == video && slot.track == null) {
                return slot;
            }
        }
        return null;
    }
}
