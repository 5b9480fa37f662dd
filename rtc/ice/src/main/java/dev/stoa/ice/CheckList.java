package dev.stoa.ice;

import dev.stoa.ice.CheckPair.State;
import dev.stoa.wire.TransportAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The pairs of one generation, best first, and the queue of triggered checks (RFC 8445, 6.1.2 and 6.1.4). */
final class CheckList {
    /** RFC 8445, 6.1.2.5. */
    static final int MAX_PAIRS = 100;

    private final List<CheckPair> pairs = new ArrayList<>();
    private final Deque<CheckPair> triggered = new ArrayDeque<>();

    List<CheckPair> pairs() {
        return pairs;
    }

    @Nullable CheckPair find(LocalBase base, TransportAddress destination) {
        for (var pair : pairs) {
            if (pair.is(base, destination)) {
                return pair;
            }
        }
        return null;
    }

    /**
     * Adds a pair, for which a worse or failed one may have to go; false when it is itself the worst. It waits when it is
     * the first of its foundation or a pair of its foundation has worked, else it is frozen (RFC 8838, 12).
     */
    boolean add(CheckPair pair) {
        if (pairs.size() >= MAX_PAIRS) {
            var victim = victim(pair.priority);
            if (victim == null) {
                return false;
            }
            remove(victim);
        }
        boolean first = true;
        boolean worked = false;
        for (var other : pairs) {
            if (other.foundation.equals(pair.foundation)) {
                first = false;
                worked |= other.state == State.SUCCEEDED;
            }
        }
        pair.state = first || worked ? State.WAITING : State.FROZEN;
        pairs.add(pair);
        sort();
        return true;
    }

    private @Nullable CheckPair victim(long priority) {
        var failed = last(pair -> pair.state == State.FAILED);
        return failed != null
                ? failed
                : last(pair -> (pair.state == State.FROZEN || pair.state == State.WAITING)
                        && !pair.checkedByRemote
                        && pair.priority < priority);
    }

    private @Nullable CheckPair last(Predicate<CheckPair> wanted) {
        for (var pair : pairs.reversed()) {
            if (wanted.test(pair)) {
                return pair;
            }
        }
        return null;
    }

    private void remove(CheckPair pair) {
        pair.state = State.FAILED;
        pairs.remove(pair);
        triggered.remove(pair);
    }

    void removeRemote(Candidate remote) {
        for (var pair : List.copyOf(pairs)) {
            if (pair.remote.equals(remote)) {
                remove(pair);
            }
        }
    }

    /** Anew, for another role. */
    void reprioritise(IceRole role) {
        for (var pair : pairs) {
            pair.priority = CheckPair.priority(role, pair.local.priority(), pair.remote.priority());
        }
        sort();
    }

    private void sort() {
        pairs.sort(Comparator.comparingLong((CheckPair pair) -> pair.priority).reversed());
    }

    /** A check soon, before the ordinary ones (RFC 8445, 7.3.1.4). */
    void trigger(CheckPair pair) {
        pair.state = State.WAITING;
        if (!triggered.contains(pair)) {
            triggered.add(pair);
        }
    }

    /** Whether {@link #next} would give a pair. */
    boolean hasNext(boolean ordinary) {
        return !triggered.isEmpty() || (ordinary && nextOrdinary() != null);
    }

    /** @param ordinary whether checks that nobody triggered are done at all: no more once a pair is selected */
    @Nullable CheckPair next(boolean ordinary) {
        var pair = triggered.poll();
        return pair != null || !ordinary ? pair : nextOrdinary();
    }

    /** RFC 8445, 6.1.4.2: the best that waits, else the best frozen one whose foundation rests. */
    private @Nullable CheckPair nextOrdinary() {
        for (var pair : pairs) {
            if (pair.state == State.WAITING) {
                return pair;
            }
        }
        for (var pair : pairs) {
            if (pair.state == State.FROZEN && isResting(pair.foundation)) {
                return pair;
            }
        }
        return null;
    }

    private boolean isResting(String foundation) {
        for (var pair : pairs) {
            if ((pair.state == State.WAITING || pair.state == State.IN_PROGRESS)
                    && pair.foundation.equals(foundation)) {
                return false;
            }
        }
        return true;
    }

    /** RFC 8445, 7.2.5.3.3: what is like a pair that works is worth a check. */
    void unfreeze(String foundation) {
        for (var pair : pairs) {
            if (pair.state == State.FROZEN && pair.foundation.equals(foundation)) {
                pair.state = State.WAITING;
            }
        }
    }

    int underWay() {
        int count = 0;
        for (var pair : pairs) {
            if (pair.state == State.WAITING || pair.state == State.IN_PROGRESS) {
                count++;
            }
        }
        return count;
    }

    boolean hasHope() {
        for (var pair : pairs) {
            if (pair.state != State.FAILED) {
                return true;
            }
        }
        return false;
    }

    @Nullable CheckPair bestSucceeded() {
        for (var pair : pairs) {
            if (pair.state == State.SUCCEEDED) {
                return pair;
            }
        }
        return null;
    }

    boolean hasBetterUnfinished(CheckPair than) {
        for (var pair : pairs) {
            if (pair == than) {
                return false;
            }
            if (pair.isUnfinished()) {
                return true;
            }
        }
        return false;
    }

    /** It needs no check any more. */
    void settle(CheckPair pair) {
        triggered.remove(pair);
    }

    /**
     * RFC 8445, 8.1.2: a pair is selected; the others need no checks, those under way no retransmissions. But for those that
     * the other side nominated meanwhile: they are about to replace it.
     */
    void conclude() {
        triggered.removeIf(pair -> pair.nomination == 0);
        for (var pair : pairs) {
            if (pair.check != null && pair.nomination == 0) {
                pair.check.cancel();
            }
        }
        pairs.removeIf(pair -> (pair.state == State.FROZEN || pair.state == State.WAITING) && !pair.checkedByRemote);
    }
}
