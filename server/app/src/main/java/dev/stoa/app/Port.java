package dev.stoa.app;

import java.util.Optional;

/**
 * A port to listen on.
 *
 * @param number 1 to 65535; 0 for any free one; {@value #NONE} for none
 */
record Port(int number) {
    private static final int NONE = -1;

    static final Port OFF = new Port(NONE);
    static final String ALLOWED = "1 to 65535, 0 for any free one, or off";

    static Optional<Port> parse(String text) {
        if (text.equalsIgnoreCase("off")) {
            return Optional.of(OFF);
        }
        return Numbers.parse(text, 0, 65535).map(Port::new);
    }

    boolean isOff() {
        return number == NONE;
    }

    @Override
    public String toString() {
        return isOff() ? "off" : Integer.toString(number);
    }
}
