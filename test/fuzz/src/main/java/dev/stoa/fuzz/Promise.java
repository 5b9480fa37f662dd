package dev.stoa.fuzz;

/** What has to hold, whatever comes. */
final class Promise {
    private Promise() {}

    static void that(boolean kept, String promise) {
        if (!kept) {
            throw new AssertionError("broken: " + promise);
        }
    }

    /** @param values read for their own sake: a getter does not throw on what a parser has let pass */
    static void canBeRead(Object... values) {
        that(values.length > 0, "there is something to read");
    }
}
