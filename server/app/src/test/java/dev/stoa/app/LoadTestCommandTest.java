package dev.stoa.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.load.LoadTest;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoadTestCommandTest {
    @Test
    void everySubscriberGetsWhatEveryPublisherOfItsRoomSends(@TempDir Path directory) throws Exception {
        try (var server = TestServer.start(directory, "--media-port", "0")) {
            var test = arguments(server.origin(), "--rooms", "2", "--publishers", "2", "--subscribers", "2");
            try (var load = LoadTest.open(test.settings())) {
                load.join();
                load.setPaused(false);
                while (!load.isComplete()) {
                    Thread.onSpinWait();
                }
                var report = load.measure(Duration.ofMillis(500));
                // Two publishers to two subscribers in each room: twice as many come as are sent.
                assertEquals(2.0, (double) report.received() / report.sent(), 0.2);
                assertEquals(0, report.lost());
                assertEquals(0, report.lostPeers());
                assertTrue(report.latencyP50Millis() > 0 && report.latencyP50Millis() <= report.latencyMaxMillis());
                assertTrue(report.toJson().contains("\"lost\":0"));
            }
        }
    }

    @Test
    void whatItCannotDoIsRefusedWithAHint() {
        assertTrue(refusal("http://localhost:1", "--subscribers", "0").contains("subscribers is at least 1"));
        assertTrue(refusal("http://localhost:1", "--profile", "aes-128-gmc").contains("aes-128-gcm"));
        assertTrue(refusal("http://localhost:1", "--server", "janos").contains("janus"));
        assertTrue(refusal("nowhere").contains("no address of a server"));
    }

    private static String refusal(String... words) {
        return assertThrows(UserError.class, () -> arguments(words)).text();
    }

    private static LoadTestArguments arguments(String... words) throws UserError {
        var all = new String[words.length + 1];
        all[0] = Arguments.LOAD_TEST;
        System.arraycopy(words, 0, all, 1, words.length);
        return new Arguments(Keys.ALL, false).parse(all).loadTest().orElseThrow();
    }
}
