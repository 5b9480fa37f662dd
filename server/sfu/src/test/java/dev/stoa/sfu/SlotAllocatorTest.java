package dev.stoa.sfu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.sfu.SlotAllocator.Candidate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SlotAllocatorTest {
    private static final long LATER = 10_000_000_000L;

    private final SlotAllocator allocator = new SlotAllocator();

    private void slots(int video, int audio) {
        for (int i = 0; i < video; i++) {
            allocator.addSlot("v" + i, true);
        }
        for (int i = 0; i < audio; i++) {
            allocator.addSlot("a" + i, false);
        }
    }

    private static TrackId camera(String who) {
        return new TrackId(who, Source.CAMERA);
    }

    private static TrackId screen(String who) {
        return new TrackId(who, Source.SCREEN);
    }

    private static TrackId microphone(String who) {
        return new TrackId(who, Source.MICROPHONE);
    }

    private static Candidate quiet(TrackId id) {
        return new Candidate(id, 0);
    }

    private static Candidate loud(String who, double loudness) {
        return new Candidate(microphone(who), loudness);
    }

    private Set<TrackId> shown() {
        return new HashSet<>(allocator.slots().values());
    }

    @Test
    void fillsSlotsOfTheRightKind() {
        slots(2, 2);
        assertTrue(allocator.allocate(0, List.of(quiet(microphone("a")), quiet(camera("a")))));
        assertEquals(Map.of("v0", camera("a"), "a0", microphone("a")), allocator.slots());
    }

    @Test
    void saysWhenNothingHasChanged() {
        slots(2, 2);
        allocator.allocate(0, List.of(quiet(camera("a"))));
        assertFalse(allocator.allocate(0, List.of(quiet(camera("a")))));
    }

    @Test
    void keepsEverybodyWhereTheyAreWhenSomebodyLeaves() {
        slots(3, 0);
        allocator.allocate(0, List.of(quiet(camera("a")), quiet(camera("b")), quiet(camera("c"))));
        assertTrue(allocator.allocate(0, List.of(quiet(camera("b")), quiet(camera("c")))));
        assertEquals(Map.of("v1", camera("b"), "v2", camera("c")), allocator.slots());
        allocator.allocate(0, List.of(quiet(camera("b")), quiet(camera("c")), quiet(camera("d"))));
        assertEquals(camera("d"), allocator.slots().get("v0"));
    }

    @Test
    void putsAScreenBeforeTheLastCamera() {
        slots(2, 0);
        allocator.allocate(0, List.of(quiet(camera("a")), quiet(camera("b"))));
        allocator.allocate(0, List.of(quiet(camera("a")), quiet(camera("b")), quiet(screen("c"))));
        assertEquals(Map.of("v0", camera("a"), "v1", screen("c")), allocator.slots());
    }

    @Test
    void doesNotPutAScreenBeforeAnother() {
        slots(1, 0);
        allocator.allocate(0, List.of(quiet(screen("a"))));
        assertFalse(allocator.allocate(0, List.of(quiet(screen("a")), quiet(screen("b")))));
    }

    @Test
    void bringsTheCameraBackWhenTheScreenEnds() {
        slots(2, 0);
        allocator.allocate(0, List.of(quiet(camera("a")), quiet(camera("b")), quiet(screen("c"))));
        assertEquals(Set.of(camera("a"), screen("c")), shown());
        allocator.allocate(0, List.of(quiet(camera("a")), quiet(camera("b"))));
        assertEquals(Set.of(camera("a"), camera("b")), shown());
    }

    @Test
    void hearsAllWhenThereIsRoom() {
        slots(0, 3);
        allocator.allocate(0, List.of(loud("a", 0), loud("b", 0), loud("c", 90)));
        assertEquals(Set.of(microphone("a"), microphone("b"), microphone("c")), shown());
        assertFalse(allocator.isShort());
    }

    @Test
    void hearsTheLoudestThree() {
        slots(0, 3);
        allocator.allocate(0, List.of(loud("a", 10), loud("b", 80), loud("c", 70), loud("d", 60), loud("e", 5)));
        assertEquals(Set.of(microphone("b"), microphone("c"), microphone("d")), shown());
        assertTrue(allocator.isShort());
    }

    @Test
    void replacesTheQuietestBySomebodyClearlyLouder() {
        slots(0, 2);
        allocator.allocate(0, List.of(loud("a", 60), loud("b", 50), loud("c", 40)));
        allocator.allocate(LATER, List.of(loud("a", 60), loud("b", 20), loud("c", 40)));
        assertEquals(Map.of("a0", microphone("a"), "a1", microphone("c")), allocator.slots());
    }

    @Test
    void doesNotFlapBetweenTwoThatAreAboutAsLoud() {
        slots(0, 1);
        allocator.allocate(0, List.of(loud("a", 50), loud("b", 45)));
        for (int i = 1; i < 100; i++) {
            double shift = i % 2 == 0 ? 5 : -5;
            assertFalse(allocator.allocate(i * LATER, List.of(loud("a", 50), loud("b", 50 + shift))));
        }
    }

    @Test
    void leavesSomebodyAWhileBeforeTheyAreReplaced() {
        slots(0, 1);
        allocator.allocate(LATER, List.of(loud("a", 50), loud("b", 0)));
        assertFalse(allocator.allocate(LATER + 1_000_000_000L, List.of(loud("a", 10), loud("b", 90))));
        assertTrue(allocator.allocate(LATER + 1_600_000_000L, List.of(loud("a", 10), loud("b", 90))));
    }

    @Test
    void growsWithItsSlots() {
        slots(1, 0);
        var all = List.of(quiet(camera("a")), quiet(camera("b")));
        allocator.allocate(0, all);
        allocator.addSlot("v9", true);
        assertTrue(allocator.allocate(0, all));
        assertEquals(Map.of("v0", camera("a"), "v9", camera("b")), allocator.slots());
    }

    @Test
    void isAlwaysFullUniqueAndStable() {
        for (long seed = 0; seed < 200; seed++) {
            var random = new Random(seed);
            var own = new SlotAllocator();
            int video = 1 + random.nextInt(5);
            for (int i = 0; i < video; i++) {
                own.addSlot("v" + i, true);
            }
            var candidates = new ArrayList<Candidate>();
            Map<String, TrackId> before = Map.of();
            for (int step = 0; step < 60; step++) {
                if (random.nextBoolean() || candidates.isEmpty()) {
                    var id = new TrackId("p" + step, random.nextInt(4) == 0 ? Source.SCREEN : Source.CAMERA);
                    candidates.add(quiet(id));
                } else {
                    candidates.remove(random.nextInt(candidates.size()));
                }
                own.allocate(step, candidates);
                var map = own.slots();
                String where = "seed " + seed + " step " + step;
                assertEquals(Math.min(video, candidates.size()), map.size(), where);
                assertEquals(map.size(), new HashSet<>(map.values()).size(), where);
                boolean screenWaits = candidates.stream()
                        .anyMatch(c -> c.id().source() == Source.SCREEN && !map.containsValue(c.id()));
                assertTrue(!screenWaits || map.values().stream().allMatch(id -> id.source() == Source.SCREEN), where);
                before.forEach((mid, id) -> assertTrue(!map.containsValue(id) || id.equals(map.get(mid)), where));
                before = map;
            }
        }
    }

    private static Candidate camera(String who, int rank) {
        return new Candidate(camera(who), 0, rank);
    }

    @Test
    void aSpeakerTakesThePlaceOfWhoSpokeLongestAgo() {
        slots(2, 0);
        allocator.allocate(0, List.of(camera("a", 0), camera("b", 1), camera("c", ActiveSpeakers.SILENT)));
        assertEquals(Map.of("v0", camera("a"), "v1", camera("b")), allocator.slots());
        assertTrue(allocator.isShort());
        var spoken = List.of(camera("a", 1), camera("b", 2), camera("c", 0));
        assertFalse(allocator.allocate(SlotAllocator.MIN_HOLD_NANOS - 1, spoken), "not so soon");
        assertTrue(allocator.allocate(SlotAllocator.MIN_HOLD_NANOS, spoken));
        assertEquals(Map.of("v0", camera("a"), "v1", camera("c")), allocator.slots());
        assertFalse(allocator.allocate(LATER, spoken), "and that is all");
    }

    @Test
    void whoOnlyListensTakesNobodysPlace() {
        slots(1, 0);
        allocator.allocate(0, List.of(camera("a", ActiveSpeakers.SILENT), camera("b", ActiveSpeakers.SILENT)));
        assertFalse(allocator.allocate(
                LATER, List.of(camera("a", ActiveSpeakers.SILENT), camera("b", ActiveSpeakers.SILENT))));
        assertEquals(Map.of("v0", camera("a")), allocator.slots());
    }

    @Test
    void aSpeakerTakesFirstWhatIsNotSeenAndNeverWhatIsMadeLarge() {
        slots(3, 0);
        var before = List.of(camera("a", 2), camera("b", 0), camera("c", 1), camera("d", ActiveSpeakers.SILENT));
        allocator.allocate(0, before);
        // In the order of those who spoke: b, c, a.
        assertEquals(Map.of("v0", camera("b"), "v1", camera("c"), "v2", camera("a")), allocator.slots());
        allocator.setView("v0", new ViewSize(320, 180));
        allocator.setView("v1", ViewSize.HIDDEN);
        allocator.setView("v2", new ViewSize(1280, 720));
        allocator.allocate(LATER, List.of(camera("a", 3), camera("b", 1), camera("c", 2), camera("d", 0)));
        assertEquals(Map.of("v0", camera("b"), "v1", camera("d"), "v2", camera("a")), allocator.slots());
        var all = List.of(camera("a", 3), camera("b", 2), camera("c", 0), camera("d", 1));
        allocator.setView("v1", new ViewSize(320, 180));
        allocator.allocate(2 * LATER, all);
        assertEquals(Map.of("v0", camera("c"), "v1", camera("d"), "v2", camera("a")), allocator.slots());
    }
}
