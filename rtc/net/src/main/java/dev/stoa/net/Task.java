package dev.stoa.net;

/** Something to be done on a driver's thread, see {@link Driver#post}. */
@FunctionalInterface
public interface Task {
    void run(long nowNanos);
}
