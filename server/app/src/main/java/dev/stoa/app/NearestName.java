package dev.stoa.app;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds what a misspelt name was probably meant to be. */
final class NearestName {
    private NearestName() {}

    /** The candidate with the fewest edits; empty when even that one shares too little with {@code name}. */
    static Optional<String> of(String name, Collection<String> candidates) {
        return candidates.stream()
                .min(Comparator.<String>comparingInt(candidate -> distance(name, candidate))
                        .thenComparing(Comparator.naturalOrder()))
                .filter(candidate -> distance(name, candidate) <= Math.max(3, candidate.length() / 2));
    }

    /** A sentence for a hint: {@code did you mean x?}, or {@code otherwise}. */
    static String hint(String name, Collection<String> candidates, String otherwise) {
        return of(name, candidates)
                .map(nearest -> "did you mean " + nearest + "?")
                .orElse(otherwise);
    }

    /** Damerau-Levenshtein distance, restricted: insert, delete, replace or swap neighbours. */
    static int distance(String a, String b) {
        var rows = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            rows[i][0] = i;
        }
        for (int j = 0; j <= b.length(); j++) {
            rows[0][j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            for (int j = 1; j <= b.length(); j++) {
                int cost = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                int best = Math.min(rows[i - 1][j] + 1, Math.min(rows[i][j - 1] + 1, rows[i - 1][j - 1] + cost));
                boolean isSwap =
                        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
                rows[i][j] = isSwap ? Math.min(best, rows[i - 2][j - 2] + 1) : best;
            }
        }
        return rows[a.length()][b.length()];
    }
}
