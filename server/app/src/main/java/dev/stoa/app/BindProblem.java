package dev.stoa.app;

import java.io.IOException;
import java.util.Locale;
import java.util.Objects;

/** Why a port could not be opened, in words that help. */
record BindProblem(Key<?> key, Port port, String bind, IOException cause) {
    static BindProblem of(Key<?> key, Port port, String bind, IOException cause) {
        return new BindProblem(key, port, bind, cause);
    }

    boolean isTaken() {
        return says("in use");
    }

    String warning() {
        return "Port " + port + " is taken by another program, so " + key.name() + " stays off.";
    }

    UserError error() {
        if (isTaken()) {
            return UserError.runtime(
                            "port " + port + " for " + key.name() + " is taken by another program",
                            "stop that program, or choose another port: " + key.flag() + " "
                                    + (port.number() == 65535 ? 0 : port.number() + 1) + " (0 is any free one)")
                    .causedBy(cause);
        }
        if (says("permission denied")) {
            return UserError.runtime(
                            "this user may not listen on port " + port + " for " + key.name(),
                            "ports below 1024 need rights on most systems: choose a higher one with " + key.flag())
                    .causedBy(cause);
        }
        if (says("assign requested address")) {
            return UserError.runtime(
                            "bind: this machine has no address " + bind, "write one of its own addresses, or all")
                    .causedBy(cause);
        }
        return UserError.runtime(
                        "port " + port + " for " + key.name() + " cannot be opened: " + cause.getMessage(),
                        "choose another one with " + key.flag())
                .causedBy(cause);
    }

    private boolean says(String words) {
        return Objects.requireNonNullElse(cause.getMessage(), "")
                .toLowerCase(Locale.ROOT)
                .contains(words);
    }
}
