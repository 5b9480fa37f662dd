package dev.stoa.load;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waiting for an answer, not for ever. */
final class Wait {
    private static final long SECONDS = 30;

    private Wait() {}

    static <T> T result(Future<T> future, String what) throws LoadException {
        try {
            return future.get(SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new LoadException(what + " did not come within " + SECONDS + " s");
        } catch (ExecutionException e) {
            throw e.getCause() instanceof LoadException known
                    ? known
                    : new LoadException(what + " did not come: " + e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LoadException("interrupted while waiting for " + what);
        }
    }
}
