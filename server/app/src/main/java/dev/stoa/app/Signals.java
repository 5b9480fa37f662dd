package dev.stoa.app;

import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.LoggerFactory;

/**
 * Ctrl+C and SIGTERM. The JVM alone ignores a second Ctrl+C while it shuts down, so the signals are taken over. The JDK
 * offers that only through {@code sun.misc.Signal}, which the compiler warns about: hence by reflection, and where it
 * is missing the JVM's own behaviour stays.
 */
final class Signals {
    private static final String[] NAMES = {"INT", "TERM"};

    private Signals() {}

    /** @param again run at each further signal */
    static void onStop(Runnable first, Runnable again) {
        var count = new AtomicInteger();
        try {
            var signalClass = Class.forName("sun.misc.Signal");
            var handlerClass = Class.forName("sun.misc.SignalHandler");
            var handler = Proxy.newProxyInstance(
                    Signals.class.getClassLoader(), new Class<?>[] {handlerClass}, (proxy, method, arguments) -> {
                        if (method.getName().equals("handle")) {
                            (count.getAndIncrement() == 0 ? first : again).run();
                        }
                        return null;
                    });
            var handle = signalClass.getMethod("handle", signalClass, handlerClass);
            for (var name : NAMES) {
                handle.invoke(null, signalClass.getConstructor(String.class).newInstance(name), handler);
            }
        } catch (ReflectiveOperationException e) {
            LoggerFactory.getLogger(Signals.class).debug("The JVM's own signal handlers stay", e);
        }
    }
}
