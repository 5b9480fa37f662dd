package dev.stoa.sctp;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** Requests to begin streams anew, ours and the other side's (RFC 6525, 5), one of each at a time. */
final class StreamReset {
    /** What fits a packet with ease; the rest is asked for next. */
    private static final int MAX_STREAMS = 128;

    private final TreeSet<Integer> wanted = new TreeSet<>();
    private List<Integer> asked = List.of();
    private int nextRequest;
    private long lastTsn;
    private boolean isDue;
    private int expectedRequest;
    private ResetParameter.@Nullable Response lastResponse;
    private ResetParameter.@Nullable Outgoing pending;

    /** Both sides number their requests from their initial TSNs on (RFC 6525, 4.1). */
    StreamReset(int ownInitialTsn, int remoteInitialTsn) {
        nextRequest = ownInitialTsn;
        expectedRequest = remoteInitialTsn;
    }

    // Ours

    void want(int stream) {
        if (!asked.contains(stream)) {
            wanted.add(stream);
        }
    }

    boolean isWanted(int stream) {
        return wanted.contains(stream) || asked.contains(stream);
    }

    boolean isAsked() {
        return !asked.isEmpty();
    }

    /**
     * Begins a request for the streams of which all is acknowledged.
     *
     * @param isDrained whether nothing of a stream waits or is out
     * @param lastTsn the last that was given
     * @return whether there is one to be sent
     */
    boolean begin(IntPredicate isDrained, long lastTsn) {
        if (isAsked() || wanted.isEmpty()) {
            return false;
        }
        var ready = wanted.stream().filter(isDrained::test).limit(MAX_STREAMS).toList();
        if (ready.isEmpty()) {
            return false;
        }
        ready.forEach(wanted::remove);
        asked = ready;
        this.lastTsn = lastTsn;
        isDue = true;
        return true;
    }

    /** Once more: the answer did not come. */
    void repeat() {
        isDue = isAsked();
    }

    boolean hasRequest() {
        return isDue;
    }

    int requestLength() {
        return PacketWriter.outgoingResetLength(asked.size());
    }

    void writeRequest(PacketWriter writer) {
        isDue = false;
        writer.outgoingReset(
                nextRequest,
                expectedRequest - 1,
                (int) lastTsn,
                asked.stream().mapToInt(Integer::intValue).toArray());
    }

    /** The streams that are begun anew by this answer; none when it says to wait, or answers something else. */
    List<Integer> handle(ResetParameter.Response response) {
        if (!isAsked() || response.request() != nextRequest) {
            return List.of();
        }
        if (response.result() == ResetParameter.Response.IN_PROGRESS) {
            return List.of(); // the timer asks again
        }
        // Denied or not, the other side will have nothing else to say (RFC 8831, 6.7: the channel is closed).
        var done = asked;
        asked = List.of();
        isDue = false;
        nextRequest++;
        return done;
    }

    // The other side's

    /** What came of a request: an answer, and the streams that the other side has begun anew. */
    record Handled(
            ResetParameter.Response response, @Nullable List<Integer> streams) {}

    /**
     * @param cumulativeTsn what has come
     * @param requestLastTsn what the request says was sent, extended
     * @return its streams are null when nothing is to be done; empty for all
     */
    Handled handle(ResetParameter.Outgoing request, long cumulativeTsn, long requestLastTsn) {
        var before = lastResponse;
        if (before != null
                && request.request() == before.request()
                && before.result() != ResetParameter.Response.IN_PROGRESS) {
            return new Handled(before, null); // asked once more: the answer was lost
        }
        if (request.request() != expectedRequest) {
            return new Handled(
                    new ResetParameter.Response(request.request(), ResetParameter.Response.BAD_REQUEST_NUMBER), null);
        }
        if (cumulativeTsn < requestLastTsn) {
            // RFC 6525, 5.2.2, E2: what was sent before is still on its way.
            pending = request;
            return new Handled(answer(request.request(), ResetParameter.Response.IN_PROGRESS), null);
        }
        pending = null;
        expectedRequest++;
        return new Handled(
                answer(request.request(), ResetParameter.Response.PERFORMED),
                new ArrayList<>(Arrays.stream(request.streams()).boxed().toList()));
    }

    private ResetParameter.Response answer(int request, int result) {
        var response = new ResetParameter.Response(request, result);
        lastResponse = response;
        return response;
    }

    /** A request that waits for what was sent before it. */
    ResetParameter.@Nullable Outgoing pending() {
        return pending;
    }
}
