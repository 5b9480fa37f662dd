package dev.stoa.load;

import dev.stoa.dtls.Fingerprint;
import dev.stoa.ice.Candidate;
import dev.stoa.ice.IceCredentials;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The descriptions of a load test's peers, as a browser would write them for one codec of each kind, and reading those of servers. */
final class LoadSdp {
    static final String AUDIO_MID = "0";
    static final String VIDEO_MID = "1";

    private static final String MID_URI = "urn:ietf:params:rtp-hdrext:sdes:mid";
    private static final String AUDIO_LEVEL_URI = "urn:ietf:params:rtp-hdrext:ssrc-audio-level";
    private static final String ABS_SEND_TIME_URI = "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time";
    private static final String TRANSPORT_URI =
            "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01";

    /** What offers propose. */
    private static final TrackIds OFFERED = new TrackIds(111, 96, 97, 4, 2, 3, 1);

    /** Names of a publisher's streams. */
    record Ssrcs(long audio, long video, long rtx, String cname) {
        static Ssrcs random(RandomGenerator random) {
            long first = random.nextLong(1, 1L << 30) * 4;
            return new Ssrcs(first, first + 1, first + 2, "load-" + Long.toString(first, Character.MAX_RADIX));
        }
    }

    private LoadSdp() {}

    /** @param ssrcs what it sends in its first two sections, null when it only receives */
    static String offer(
            LoadPeer peer, Fingerprint fingerprint, int pairs, @Nullable Ssrcs ssrcs, RandomGenerator random) {
        var sdp = new StringBuilder(session(random.nextLong() >>> 2, 2 * pairs));
        for (int i = 0; i < pairs; i++) {
            audio(sdp, peer, fingerprint, String.valueOf(2 * i), ssrcs);
            video(sdp, peer, fingerprint, String.valueOf(2 * i + 1), ssrcs);
        }
        return sdp.toString();
    }

    private static String session(long id, int sections) {
        var mids = new StringBuilder();
        for (int i = 0; i < sections; i++) {
            mids.append(' ').append(i);
        }
        return "v=0\r\no=- " + id + " 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE" + mids
                + "\r\na=msid-semantic: WMS\r\n";
    }

    private static void audio(
            StringBuilder sdp, LoadPeer peer, Fingerprint fingerprint, String mid, @Nullable Ssrcs ssrcs) {
        var ids = OFFERED;
        section(sdp, "audio", String.valueOf(ids.audioType()), peer, fingerprint, "actpass", mid);
        line(sdp, "extmap:" + ids.audioLevelId() + " " + AUDIO_LEVEL_URI);
        extensions(sdp, ids, ssrcs != null);
        line(sdp, "rtpmap:" + ids.audioType() + " opus/48000/2");
        line(sdp, "rtcp-fb:" + ids.audioType() + " transport-cc");
        line(sdp, "fmtp:" + ids.audioType() + " minptime=10;useinbandfec=1");
        if (ssrcs != null) {
            line(sdp, "msid:load audio");
            line(sdp, "ssrc:" + ssrcs.audio() + " cname:" + ssrcs.cname());
        }
    }

    private static void video(
            StringBuilder sdp, LoadPeer peer, Fingerprint fingerprint, String mid, @Nullable Ssrcs ssrcs) {
        var ids = OFFERED;
        section(sdp, "video", ids.videoType() + " " + ids.rtxType(), peer, fingerprint, "actpass", mid);
        extensions(sdp, ids, ssrcs != null);
        line(sdp, "rtpmap:" + ids.videoType() + " VP8/90000");
        for (var feedback : List.of("transport-cc", "ccm fir", "nack", "nack pli")) {
            line(sdp, "rtcp-fb:" + ids.videoType() + " " + feedback);
        }
        line(sdp, "rtpmap:" + ids.rtxType() + " rtx/90000");
        line(sdp, "fmtp:" + ids.rtxType() + " apt=" + ids.videoType());
        if (ssrcs != null) {
            line(sdp, "msid:load video");
            line(sdp, "ssrc-group:FID " + ssrcs.video() + " " + ssrcs.rtx());
            line(sdp, "ssrc:" + ssrcs.video() + " cname:" + ssrcs.cname());
            line(sdp, "ssrc:" + ssrcs.rtx() + " cname:" + ssrcs.cname());
        }
    }

    private static void section(
            StringBuilder sdp,
            String kind,
            String types,
            LoadPeer peer,
            Fingerprint fingerprint,
            String setup,
            String mid) {
        sdp.append("m=")
                .append(kind)
                .append(" 9 UDP/TLS/RTP/SAVPF ")
                .append(types)
                .append("\r\n");
        sdp.append("c=IN IP4 0.0.0.0\r\n");
        line(sdp, "rtcp:9 IN IP4 0.0.0.0");
        line(sdp, peer.candidate().toLine());
        line(sdp, "end-of-candidates");
        line(sdp, "ice-ufrag:" + peer.credentials().ufrag());
        line(sdp, "ice-pwd:" + peer.credentials().pwd());
        line(sdp, "fingerprint:" + fingerprint);
        line(sdp, "setup:" + setup);
        line(sdp, "mid:" + mid);
    }

    private static void extensions(StringBuilder sdp, TrackIds ids, boolean sends) {
        line(sdp, "extmap:" + ids.absSendTimeId() + " " + ABS_SEND_TIME_URI);
        line(sdp, "extmap:" + ids.transportSequenceId() + " " + TRANSPORT_URI);
        line(sdp, "extmap:" + ids.midId() + " " + MID_URI);
        line(sdp, sends ? "sendonly" : "recvonly");
        line(sdp, "rtcp-mux");
        line(sdp, "rtcp-rsize");
    }

    private static void line(StringBuilder sdp, String attribute) {
        sdp.append("a=").append(attribute).append("\r\n");
    }

    /** Takes all of a server's offer that a browser would take of one codec. */
    static String answer(String offer, LoadPeer peer, Fingerprint fingerprint, RandomGenerator random) {
        var sections = sections(offer);
        var sdp = new StringBuilder(session(random.nextLong() >>> 2, 0));
        var mids = new StringBuilder();
        for (var section : sections) {
            mids.append(' ').append(section.mid());
        }
        sdp.replace(sdp.indexOf("BUNDLE"), sdp.indexOf("BUNDLE") + 6, "BUNDLE" + mids);
        for (var section : sections) {
            var words = section.lines().getFirst().split(" ");
            section(sdp, words[0].substring(2), types(words), peer, fingerprint, "active", section.mid());
            for (var line : section.lines()) {
                if (line.startsWith("a=extmap:") && isKnown(line)) {
                    sdp.append(line).append("\r\n");
                } else if (line.startsWith("a=rtpmap:")
                        || line.startsWith("a=fmtp:")
                        || line.startsWith("a=rtcp-fb:")) {
                    sdp.append(line).append("\r\n");
                }
            }
            line(sdp, "recvonly");
            line(sdp, "rtcp-mux");
            line(sdp, "rtcp-rsize");
        }
        return sdp.toString();
    }

    private static String types(String[] words) {
        return String.join(" ", List.of(words).subList(3, words.length));
    }

    private static boolean isKnown(String line) {
        return List.of(MID_URI, AUDIO_LEVEL_URI, ABS_SEND_TIME_URI, TRANSPORT_URI).stream()
                .anyMatch(line::endsWith);
    }

    private record Section(List<String> lines) {
        String mid() {
            return lines.stream()
                    .filter(line -> line.startsWith("a=mid:"))
                    .map(line -> line.substring(6))
                    .findFirst()
                    .orElse("");
        }
    }

    private static List<Section> sections(String sdp) {
        var sections = new ArrayList<Section>();
        for (var line : lines(sdp)) {
            if (line.startsWith("m=")) {
                sections.add(new Section(new ArrayList<>()));
            }
            if (!sections.isEmpty()) {
                sections.getLast().lines().add(line);
            }
        }
        return sections;
    }

    private static List<String> lines(String sdp) {
        return sdp.lines().toList();
    }

    static RemoteDescription remote(String sdp) throws LoadException {
        var fingerprint = Fingerprint.parse(value(sdp, "a=fingerprint:"));
        if (fingerprint == null) {
            throw new LoadException("the server's description has no fingerprint that is known here");
        }
        var candidates = new ArrayList<Candidate>();
        for (var line : lines(sdp)) {
            if (line.startsWith("a=candidate:")
                    && Candidate.parse(line.substring(2)) instanceof Candidate candidate
                    && !candidates.contains(candidate)) {
                candidates.add(candidate);
            }
        }
        return new RemoteDescription(
                new IceCredentials(value(sdp, "a=ice-ufrag:"), value(sdp, "a=ice-pwd:")),
                lines(sdp).contains("a=ice-lite"),
                fingerprint,
                candidates);
    }

    /** Whether the answerer takes the active side of DTLS. */
    static boolean isActive(String answer) throws LoadException {
        return value(answer, "a=setup:").equals("active");
    }

    private static String value(String sdp, String prefix) throws LoadException {
        return lines(sdp).stream()
                .filter(line -> line.startsWith(prefix))
                .map(line -> line.substring(prefix.length()).trim())
                .findFirst()
                .orElseThrow(() -> new LoadException("the server's description has no " + prefix));
    }

    /** What a description of the server's names things. */
    static TrackIds ids(String sdp) {
        return new TrackIds(
                type(sdp, "opus/48000"),
                type(sdp, "VP8/90000"),
                type(sdp, "rtx/90000"),
                extension(sdp, MID_URI),
                extension(sdp, ABS_SEND_TIME_URI),
                extension(sdp, TRANSPORT_URI),
                extension(sdp, AUDIO_LEVEL_URI));
    }

    private static int type(String sdp, String codec) {
        for (var line : lines(sdp)) {
            if (line.startsWith("a=rtpmap:")
                    && line.toLowerCase(Locale.ROOT).contains(" " + codec.toLowerCase(Locale.ROOT))) {
                return Integer.parseInt(line.substring(9, line.indexOf(' ')));
            }
        }
        return -1;
    }

    private static int extension(String sdp, String uri) {
        for (var line : lines(sdp)) {
            if (line.startsWith("a=extmap:") && line.endsWith(uri)) {
                var id = line.substring(9, line.indexOf(' '));
                return Integer.parseInt(id.contains("/") ? id.substring(0, id.indexOf('/')) : id);
            }
        }
        return 0;
    }
}
