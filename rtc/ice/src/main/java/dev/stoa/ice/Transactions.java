package dev.stoa.ice;

import dev.stoa.stun.TransactionId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The requests under way, the oldest first. */
final class Transactions {
    /**
     * Each pair has one check, and some more were cancelled when the other side's check came; the bound is for a peer who
     * does that without end.
     */
    static final int MAX = 256;

    private final Map<TransactionId, Transaction> byId = new LinkedHashMap<>();

    /** Adds one; the one that had to go for it, or null. */
    @Nullable Transaction add(Transaction transaction) {
        byId.put(transaction.id, transaction);
        return byId.size() > MAX ? byId.remove(byId.keySet().iterator().next()) : null;
    }

    @Nullable Transaction get(TransactionId id) {
        return byId.get(id);
    }

    void remove(Transaction transaction) {
        byId.remove(transaction.id);
    }

    void removeIf(Predicate<Transaction> unwanted) {
        byId.values().removeIf(unwanted);
    }

    /** Those with something to do at {@code nowNanos}. */
    List<Transaction> due(long nowNanos) {
        var due = new ArrayList<Transaction>();
        for (var transaction : byId.values()) {
            if (transaction.nextNanos() <= nowNanos) {
                due.add(transaction);
            }
        }
        return due;
    }

    long nextNanos() {
        long next = Long.MAX_VALUE;
        for (var transaction : byId.values()) {
            next = Math.min(next, transaction.nextNanos());
        }
        return next;
    }

    int size() {
        return byId.size();
    }

    void clear() {
        byId.clear();
    }
}
