package dev.stoa.app;

/** Something the person who runs Stoa can put right: printed as {@code error: …} and {@code hint: …}, no stack trace. */
final class UserError extends Exception {
    private static final long serialVersionUID = 1L;

    private final String message;
    private final String hint;
    private final int exitCode;

    private UserError(int exitCode, String message, String hint) {
        super(message);
        this.message = message;
        this.exitCode = exitCode;
        this.hint = hint;
    }

    /** What was asked for is wrong: a flag, a key, a value, a file that the configuration names. */
    static UserError usage(String message, String hint) {
        return new UserError(Exit.USAGE, message, hint);
    }

    /** What was asked for is right, but cannot be had here and now. */
    static UserError runtime(String message, String hint) {
        return new UserError(Exit.FAILURE, message, hint);
    }

    UserError causedBy(Throwable cause) {
        initCause(cause);
        return this;
    }

    /** Never null, other than in the superclass. */
    @Override
    public String getMessage() {
        return message;
    }

    String hint() {
        return hint;
    }

    int exitCode() {
        return exitCode;
    }

    /** As shown on the terminal. */
    String text() {
        return "error: " + getMessage() + "\nhint: " + hint;
    }
}
