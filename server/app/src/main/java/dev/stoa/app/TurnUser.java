package dev.stoa.app;

import java.util.Optional;

/** A user of TURN with a password: {@code NAME:PASSWORD}. */
record TurnUser(String name, String password) {
    static Optional<TurnUser> parse(String text) {
        int colon = text.indexOf(':');
        return colon > 0 && colon < text.length() - 1
                ? Optional.of(new TurnUser(text.substring(0, colon), text.substring(colon + 1)))
                : Optional.empty();
    }

    @Override
    public String toString() {
        return name + ":" + password;
    }
}
