package dev.stoa.sdp;

import java.util.List;

/**
 * The {@code simulcast} line (RFC 8853): the streams sent and received at once, each with its alternatives, best first.
 */
public record Simulcast(List<List<Stream>> send, List<List<Stream>> receive) {
    public static final Simulcast NONE = new Simulcast(List.of(), List.of());

    /**
     * @param rid the id of an {@code a=rid} line
     * @param paused begins paused: written with "~"
     */
    public record Stream(String rid, boolean paused) {}

    public Simulcast {
        send = copy(send);
        receive = copy(receive);
    }

    public boolean isEmpty() {
        return send.isEmpty() && receive.isEmpty();
    }

    private static List<List<Stream>> copy(List<List<Stream>> streams) {
        return streams.stream().map(List::copyOf).toList();
    }
}
