package dev.stoa.sdp;

import java.util.List;
import java.util.Optional;

/** One m-section of an offer of our own. */
public sealed interface SectionOffer {
    String mid();

    /**
     * Media.
     *
     * @param track what we send, if we do
     * @param rids the streams of simulcast that we send, in the order of our preference; then no SSRC is announced
     */
    record Media(
            String mid,
            MediaKind kind,
            Direction direction,
            Capabilities capabilities,
            Optional<SendTrack> track,
            List<String> rids)
            implements SectionOffer {
        public Media {
            if (kind != MediaKind.AUDIO && kind != MediaKind.VIDEO) {
                throw new IllegalArgumentException("media is audio or video, not " + kind);
            }
            if (!rids.stream().allMatch(Rid::isId)) {
                throw new IllegalArgumentException("not a rid among " + rids);
            }
            rids = List.copyOf(rids);
        }

        public static Media receive(String mid, MediaKind kind, Capabilities capabilities) {
            return new Media(mid, kind, Direction.RECVONLY, capabilities, Optional.empty(), List.of());
        }

        public static Media send(String mid, MediaKind kind, Capabilities capabilities, SendTrack track) {
            return new Media(mid, kind, Direction.SENDONLY, capabilities, Optional.of(track), List.of());
        }

        public static Media both(String mid, MediaKind kind, Capabilities capabilities, SendTrack track) {
            return new Media(mid, kind, Direction.SENDRECV, capabilities, Optional.of(track), List.of());
        }
    }

    /** Data channels. */
    record Data(String mid, int sctpPort, long maxMessageSize) implements SectionOffer {}

    /** A section that is no longer used; it keeps its place (RFC 3264, 8.2). */
    record Stopped(String mid, MediaKind kind) implements SectionOffer {}
}
