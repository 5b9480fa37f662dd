package dev.stoa.app;

import org.slf4j.LoggerFactory;

/**
 * Loads Netty and its native transport while the main thread still reads the command line: the two take equally long,
 * and most machines have a second core.
 */
final class Warmup {
    private Warmup() {}

    /** Whatever fails here fails again where it matters, and is reported there. */
    static void begin() {
        // First, on this thread: while one thread initialises SLF4J, it gives another a stand-in without levels.
        LoggerFactory.getILoggerFactory();
        Thread.ofPlatform().daemon().name("warm-up").start(Warmup::load);
    }

    private static void load() {
        try {
            // By name: Netty's epoll is a library of the running program only.
            Class.forName("io.netty.channel.epoll.Epoll");
        } catch (ClassNotFoundException | LinkageError e) {
            LoggerFactory.getLogger(Warmup.class).debug("No epoll here", e);
        }
    }
}
