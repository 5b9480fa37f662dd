package dev.stoa.app;

import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends the server when the process is asked to end; a second Ctrl+C ends it at once. */
final class Shutdown {
    private static final Logger log = LoggerFactory.getLogger(Shutdown.class);
    private static final int KILLED_BY_INTERRUPT = 130;

    private final CountDownLatch stopped = new CountDownLatch(1);

    Shutdown(Runnable close) {
        // The hook does the work: it also runs when the signal is one we do not take over, such as a closed terminal.
        Runtime.getRuntime()
                .addShutdownHook(Thread.ofPlatform().name("shutdown").unstarted(() -> {
                    log.info("Stopping");
                    close.run();
                    stopped.countDown();
                }));
        // exit() waits for the hook, so not on the signal's own thread: the second signal must get through.
        Signals.onStop(
                () -> Thread.ofPlatform()
                        .name("exit")
                        .start(() -> Runtime.getRuntime().exit(Exit.OK)),
                () -> Runtime.getRuntime().halt(KILLED_BY_INTERRUPT));
    }

    void await() {
        try {
            stopped.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
