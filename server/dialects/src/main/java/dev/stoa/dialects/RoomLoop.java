package dev.stoa.dialects;

import dev.stoa.signaling.SignalingLoop;
import io.vertx.core.Context;
import io.vertx.core.internal.ContextInternal;
import java.util.function.Consumer;

/** A signaling loop and the event loop that it is pinned to. */
final class RoomLoop {
    private final ContextInternal context;
    private final SignalingLoop loop;

    RoomLoop(Context context, SignalingLoop loop) {
        this.context = (ContextInternal) context;
        this.loop = loop;
    }

    /** Whether the caller is on this loop's thread. */
    boolean isCurrent() {
        return context.nettyEventLoop().inEventLoop();
    }

    /** Carries out {@code work} on the loop's thread: now, when that is the caller's own, else soon. */
    void run(Consumer<SignalingLoop> work) {
        if (isCurrent()) {
            work.accept(loop);
        } else {
            post(work);
        }
    }

    /** Carries out {@code work} on the loop's thread, after what it does now; callable on any thread. */
    void post(Consumer<SignalingLoop> work) {
        context.runOnContext(_ -> work.accept(loop));
    }
}
