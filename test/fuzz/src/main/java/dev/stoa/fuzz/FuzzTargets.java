package dev.stoa.fuzz;

import java.util.LinkedHashMap;
import java.util.Map;

/** All targets, by the names that {@code ./dev fuzz} and the folders of the corpus have. */
final class FuzzTargets {
    private FuzzTargets() {}

    static Map<String, FuzzTarget> all() {
        var all = new LinkedHashMap<String, FuzzTarget>();
        all.put("stun", new StunTarget());
        all.put("ice-lite", new IceTarget(true));
        all.put("ice-full", new IceTarget(false));
        all.put("dtls-handshake", new DtlsHandshakeTarget());
        all.put("dtls-records", new DtlsRecordsTarget());
        all.put("rtp", new RtpTarget());
        all.put("rtcp", new RtcpTarget());
        all.put("feedback", new FeedbackTarget());
        all.put("payload", new PayloadTarget());
        all.put("descriptor", new DescriptorTarget());
        all.put("frame", new FrameTarget());
        all.put("sctp-chunks", new SctpChunksTarget());
        all.put("sctp", new SctpTarget());
        all.put("sdp", new SdpTarget());
        return all;
    }

    static FuzzTarget of(String name) {
        var target = all().get(name);
        if (target == null) {
            throw new IllegalArgumentException("there is no target " + name);
        }
        return target;
    }
}
