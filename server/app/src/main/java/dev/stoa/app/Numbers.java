package dev.stoa.app;

import java.util.Optional;

/** Whole numbers from text. */
final class Numbers {
    private Numbers() {}

    /** Empty when {@code text} is no whole number from {@code min} to {@code max}. */
    static Optional<Integer> parse(String text, int min, int max) {
        try {
            int number = Integer.parseInt(text);
            return number >= min && number <= max ? Optional.of(number) : Optional.empty();
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }
}
