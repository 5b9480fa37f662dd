package dev.stoa.load;

import io.vertx.core.json.JsonObject;
import java.util.Locale;

/**
 * What came of a measurement.
 *
 * @param sent packets by all publishers, without what was sent again
 * @param received packets by all subscribers, without retransmissions
 * @param lost what should have come by itself and did not, whether it came again or not
 * @param recovered what came again
 * @param overflowed packets that came and that this process did not read in time: its own fault, and part of the lost ones
 * @param latencyP50Millis from the publisher's socket to the subscriber's, this process's own time at both ends included
 * @param ownCpu this process's, in cores
 * @param sentLate packets that left 10 ms late or more: a generator that keeps up has next to none
 */
public record LoadReport(
        double seconds,
        long sent,
        long received,
        long receivedBytes,
        long lost,
        long recovered,
        long overflowed,
        double latencyP50Millis,
        double latencyP99Millis,
        double latencyMaxMillis,
        double jitterMillis,
        double ownCpu,
        long sentLate,
        long lostPeers) {

    /** Of a hundred packets. */
    public double lostPercent() {
        return received + lost == 0 ? 100 : 100.0 * lost / (received + lost);
    }

    public String toJson() {
        return new JsonObject()
                .put("seconds", seconds)
                .put("sent", sent)
                .put("received", received)
                .put("receivedBytes", receivedBytes)
                .put("lost", lost)
                .put("lostPercent", lostPercent())
                .put("recovered", recovered)
                .put("overflowed", overflowed)
                .put("latencyP50Millis", latencyP50Millis)
                .put("latencyP99Millis", latencyP99Millis)
                .put("latencyMaxMillis", latencyMaxMillis)
                .put("jitterMillis", jitterMillis)
                .put("ownCpu", ownCpu)
                .put("sentLate", sentLate)
                .put("lostPeers", lostPeers)
                .encode();
    }

    /** For people. */
    public String toText() {
        return String.format(
                Locale.ROOT,
                """
                sent        %,d packets (%.0f/s)
                received    %,d packets (%.0f/s, %.1f Mbit/s)
                lost        %,d (%.3f %%), %,d of them because this process was too slow; %,d came again
                latency     p50 %.2f ms, p99 %.2f ms, max %.2f ms
                jitter      %.2f ms
                generator   %.0f %% of a core, %,d packets sent late, %,d connections lost
                """,
                sent,
                sent / seconds,
                received,
                received / seconds,
                receivedBytes * 8 / seconds / 1e6,
                lost,
                lostPercent(),
                overflowed,
                recovered,
                latencyP50Millis,
                latencyP99Millis,
                latencyMaxMillis,
                jitterMillis,
                100 * ownCpu,
                sentLate,
                lostPeers);
    }
}
