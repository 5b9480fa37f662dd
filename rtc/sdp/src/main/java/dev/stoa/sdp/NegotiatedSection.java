package dev.stoa.sdp;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One m-section of media in use.
 *
 * @param index its place among all m-sections, from 0
 * @param direction as we see it
 * @param sendCodecs what we may send, the other side's favourite first; the payload types are the other side's
 * @param receiveCodecs what may come, best first
 * @param sendExtensions ids by URI, of those we may send
 * @param receiveExtensions ids by URI, of those that may come
 * @param remoteSources the SSRCs that the other side announces; none with simulcast by rid
 * @param remoteMsids stream and track that the other side sends
 * @param sendRids the simulcast streams that we send, in order; empty without
 * @param receiveRids the simulcast streams that come, in order as offered; empty without
 * @param reducedSizeRtcp whether RTCP packets need not begin with a report (RFC 5506)
 */
public record NegotiatedSection(
        int index,
        String mid,
        MediaKind kind,
        Direction direction,
        List<NegotiatedCodec> sendCodecs,
        List<NegotiatedCodec> receiveCodecs,
        Map<String, Integer> sendExtensions,
        Map<String, Integer> receiveExtensions,
        List<RemoteSource> remoteSources,
        List<Msid> remoteMsids,
        List<String> sendRids,
        List<String> receiveRids,
        boolean reducedSizeRtcp) {
    public NegotiatedSection {
        sendCodecs = List.copyOf(sendCodecs);
        receiveCodecs = List.copyOf(receiveCodecs);
        sendExtensions = Map.copyOf(sendExtensions);
        receiveExtensions = Map.copyOf(receiveExtensions);
        remoteSources = List.copyOf(remoteSources);
        remoteMsids = List.copyOf(remoteMsids);
        sendRids = List.copyOf(sendRids);
        receiveRids = List.copyOf(receiveRids);
    }

    /** The codec that packets of a payload type have; also when it is the RTX one of it. */
    public Optional<NegotiatedCodec> receiveCodec(int payloadType) {
        return receiveCodecs.stream()
                .filter(c ->
                        c.payloadType() == payloadType || c.rtxPayloadType().orElse(-1) == payloadType)
                .findFirst();
    }
}
