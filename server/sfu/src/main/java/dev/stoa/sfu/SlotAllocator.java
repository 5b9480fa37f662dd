package dev.stoa.sfu;

import java.util.ArrayList;
import java.util.Collections;
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
        var waiting = new ArrayList<Candidate>();
        for (var slot : slots) {
            if (slot.track != null && find(candidates, slot.track) == null) {
                slot.set(nowNanos, null);
            }
        }
        for (var candidate : candidates) {
            if (slotOf(candidate.id()) == null) {
                waiting.add(candidate);
            }
        }
        allocateVideo(nowNanos, waiting, candidates);
        allocateAudio(nowNanos, waiting, candidates);
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

    private void allocateVideo(long nowNanos, List<Candidate> waiting, List<Candidate> candidates) {
        for (var candidate : waiting) {
            if (candidate.id().source() == Source.SCREEN) {
                var slot = freeSlot(true);
                slot = slot != null ? slot : lastCamera(candidates);
                if (slot != null) {
                    slot.set(nowNanos, candidate.id());
                }
            }
        }
        for (var candidate : candidates) {
            if (candidate.id().source() == Source.CAMERA && slotOf(candidate.id()) == null) {
                var slot = freeSlot(true);
                if (slot != null) {
                    slot.set(nowNanos, candidate.id());
                }
            }
        }
    }

    private void allocateAudio(long nowNanos, List<Candidate> waiting, List<Candidate> candidates) {
        var unheard = new ArrayList<Candidate>();
        for (var candidate : waiting) {
            if (!candidate.id().source().isVideo()) {
                unheard.add(candidate);
            }
        }
        unheard.sort((a, b) -> Double.compare(b.loudness(), a.loudness()));
        for (var slot = freeSlot(false); slot != null && !unheard.isEmpty(); slot = freeSlot(false)) {
            slot.set(nowNanos, unheard.removeFirst().id());
        }
        shortOfAudio = !unheard.isEmpty() && slots.stream().anyMatch(slot -> !slot.video);
        for (var louder : unheard) {
            var slot = quietest(nowNanos, candidates);
            if (slot == null || slot.track == null) {
                return;
            }
            var quiet = find(candidates, slot.track);
            if (quiet == null || louder.loudness() < quiet.loudness() + MARGIN) {
                return;
            }
            slot.set(nowNanos, louder.id());
        }
    }

    /** Of those who were heard long enough. */
    private @Nullable Slot quietest(long nowNanos, List<Candidate> candidates) {
        Slot quietest = null;
        double least = Double.MAX_VALUE;
        for (var slot : slots) {
            if (slot.video || slot.track == null || nowNanos - slot.sinceNanos < MIN_HOLD_NANOS) {
                continue;
            }
            var candidate = find(candidates, slot.track);
            if (candidate != null && candidate.loudness() < least) {
                least = candidate.loudness();
                quietest = slot;
            }
        }
        return quietest;
    }

    /** The slot of the camera that came last. */
    private @Nullable Slot lastCamera(List<Candidate> candidates) {
        for (var candidate : candidates.reversed()) {
            var slot = candidate.id().source() == Source.CAMERA ? slotOf(candidate.id()) : null;
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

    private @Nullable Slot slotOf(TrackId track) {
        for (var slot : slots) {
            if (track.equals(slot.track)) {
                return slot;
            }
        }
        return null;
    }

    private static @Nullable Candidate find(List<Candidate> candidates, TrackId track) {
        for (var candidate : candidates) {
            if (candidate.id().equals(track)) {
                return candidate;
            }
        }
        return null;
    }
}
