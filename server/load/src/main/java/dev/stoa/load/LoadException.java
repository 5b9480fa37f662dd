package dev.stoa.load;

/** The load test cannot go on; the message is for people. */
public final class LoadException extends Exception {
    private static final long serialVersionUID = 1;

    public LoadException(String message) {
        super(message);
    }
}
