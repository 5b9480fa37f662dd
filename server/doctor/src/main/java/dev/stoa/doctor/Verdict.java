package dev.stoa.doctor;

/** How one examination ended. */
public enum Verdict {
    OK,
    /** It works, though not for everybody, or not for long; or it cannot be judged from here. */
    WARNING,
    /** Calls fail by it. */
    FAILURE,
    /** Not examined, since something else that it rests on failed or is switched off. */
    SKIPPED
}
