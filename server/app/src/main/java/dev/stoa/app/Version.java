package dev.stoa.app;

import java.util.Objects;

/** Which Stoa this is. */
final class Version {
    private Version() {}

    /** As the jar's manifest says; outside of a jar there is none. */
    static String text() {
        return Objects.requireNonNullElse(Version.class.getPackage().getImplementationVersion(), "development");
    }
}
