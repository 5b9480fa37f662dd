package dev.stoa.sfu;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which of the others' sources a receiver gets in which of its slots. Whoever has a slot keeps it as long as that is
 * possible. When slots are short, screens come before cameras, and of cameras those who spoke last, the others in the order
 * they came; a speaker takes the place of who spoke longest ago, first one that the receiver does not look at, and never
 * one that it has made larger than the others. Of audio the loudest are heard, and who is heard is replaced only by
 * somebody clearly louder, after a while.
 *
 * <p>Calling contract: {@link #allocate} with all candidates whenever they have changed and, when slots are short ({@link
 * #isShort}), every now and then.
 */
@SuppressWarnings("ReferenceEquality") // a slot is itself
public final class SlotAllocator {
    /** How much louder, in dB, somebody must be to take another's place. */
    static final double MARGIN = 6;

    /** How long a place is kept at least. */
    static final long MIN_HOLD_NANOS = 1_500_000_000L;

    /** What a receiver makes so much larger than all else, by its area, it wants to keep. */
    private static final double LARGE = 1.5;

    /**
     * A source that the receiver could get.
     *
     * @param loudness 0 for silence to 127, smoothed; of audio
     * @param rank of a camera: 0 for who speaks, 1 for who spoke before, and so on; {@link Integer#MAX_VALUE} for who did
     *     not speak
     */
    public record Candidate(TrackId id, double loudness, int rank) {
        public Candidate(TrackId id, double loudness) {
            this(id, loudness, Integer.MAX_VALUE);
        }
    }

    private static final class Slot {
        private final String mid;
        private final boolean video;
        private ViewSize view = ViewSize.BEST;
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

        private boolean isCamera() {
            return track != null && track.source() == Source.CAMERA;
        }
    }

    private final List<Slot> slots = new ArrayList<>();
    private Map<String, TrackId> map = Map.of();
    private boolean shortOfAudio;
    private boolean shortOfVideo;

    public SlotAllocator() {}

    public void addSlot(String mid, boolean video) {
        slots.add(new Slot(mid, video));
    }

    /** By the slot's mid; a slot that is empty is not there. Immutable. */
    public Map<String, TrackId> slots() {
        return map;
    }

    /** How large the receiver sees what is in a slot. */
    public void setView(String mid, ViewSize view) {
        for (var slot : slots) {
            if (slot.mid.equals(mid)) {
                slot.view = view;
            }
        }
    }

    /** Whether there are more to hear or to see than slots, so that loudness matters. */
    public boolean isShort() {
        return shortOfAudio || shortOfVideo;
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
        for (var screen : waiting(candidates, assigned, Source.SCREEN)) {
            var slot = freeSlot(true);
            slot = slot == null ? takeFromLastCamera(candidates, assigned) : slot;
            if (slot != null) {
                slot.set(nowNanos, screen.id());
                assigned.put(screen.id(), slot);
            }
        }
        var ranks = new HashMap<TrackId, Integer>();
        for (var candidate : candidates) {
            ranks.put(candidate.id(), candidate.rank());
        }
        var cameras = waiting(candidates, assigned, Source.CAMERA);
        cameras.sort(Comparator.comparingInt(Candidate::rank)); // stable: else in the order they came
        for (var slot = freeSlot(true); slot != null && !cameras.isEmpty(); slot = freeSlot(true)) {
            var camera = cameras.removeFirst();
            slot.set(nowNanos, camera.id());
            assigned.put(camera.id(), slot);
        }
        shortOfVideo = !cameras.isEmpty() && slots.stream().anyMatch(slot -> slot.video);
        for (var speaker : cameras) {
            var slot = leastOfCameras(nowNanos, ranks);
            if (slot == null || speaker.rank() >= ranks.getOrDefault(slot.track, Integer.MAX_VALUE)) {
                return;
            }
            slot.set(nowNanos, speaker.id());
        }
    }

    private static List<Candidate> waiting(List<Candidate> candidates, Map<TrackId, Slot> assigned, Source source) {
        var waiting = new ArrayList<Candidate>();
        for (var candidate : candidates) {
            if (candidate.id().source() == source && !assigned.containsKey(candidate.id())) {
                waiting.add(candidate);
            }
        }
        return waiting;
    }

    /** Whose place a speaker may take, of those who were shown long enough. */
    private @Nullable Slot leastOfCameras(long nowNanos, Map<TrackId, Integer> ranks) {
        var large = largest();
        Slot least = null;
        for (var slot : slots) {
            boolean free = slot.isCamera() && slot != large && nowNanos - slot.sinceNanos >= MIN_HOLD_NANOS;
            if (free && (least == null || isLess(slot, least, ranks))) {
                least = slot;
            }
        }
        return least;
    }

    /** Not seen before seen, then who spoke longer ago. */
    private static boolean isLess(Slot slot, Slot other, Map<TrackId, Integer> ranks) {
        if (slot.view.isVisible() != other.view.isVisible()) {
            return !slot.view.isVisible();
        }
        return ranks.getOrDefault(slot.track, Integer.MAX_VALUE) >= ranks.getOrDefault(other.track, Integer.MAX_VALUE);
    }

    /** The slot that is seen much larger than all others; null when there is none. */
    private @Nullable Slot largest() {
        Slot largest = null;
        long second = 0;
        for (var slot : slots) {
            if (!slot.video) {
                continue;
            }
            if (largest == null || area(slot) > area(largest)) {
                second = largest == null ? 0 : area(largest);
                largest = slot;
            } else {
                second = Math.max(second, area(slot));
            }
        }
        return largest != null && area(largest) > LARGE * second ? largest : null;
    }

    private static long area(Slot slot) {
        return (long) slot.view.width() * slot.view.height();
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
