package dev.stoa.sfu;

import static dev.stoa.sfu.TestMedia.MILLISECOND;
import static dev.stoa.sfu.TestMedia.SECOND;

import dev.stoa.rtp.FullIntraRequest;
import dev.stoa.rtp.Nack;
import dev.stoa.rtp.NtpTime;
import dev.stoa.rtp.PictureLossIndication;
import dev.stoa.rtp.RtcpReader;
import dev.stoa.rtp.RtcpWriter;
import dev.stoa.rtp.RtpExtensionIds;
import dev.stoa.rtp.RtpHeaderExtension;
import dev.stoa.rtp.RtpHeaderWriter;
import dev.stoa.rtp.RtpPacket;
import dev.stoa.rtp.Rtx;
import dev.stoa.wire.Datagram;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * A browser that sends its camera in three sizes, as streams of VP8 with three temporal layers each: every one with an SSRC,
 * sequence numbers, timestamps and picture ids that begin anywhere. A request for a key frame brings one in all of them, as
 * with libwebrtc.
 */
final class SimulcastCamera {
    static final RtpExtensionIds EXTENSIONS = new RtpExtensionIds(Map.of(
            RtpHeaderExtension.TRANSPORT_SEQUENCE_NUMBER, 3,
            RtpHeaderExtension.MID, 4,
            RtpHeaderExtension.RTP_STREAM_ID, 10,
            RtpHeaderExtension.REPAIRED_RTP_STREAM_ID, 11));

    static final List<String> RIDS = List.of("l", "m", "h");
    static final int FULL_WIDTH = 1280;
    static final int FULL_HEIGHT = 720;
    static final long FRAME_NANOS = SECOND / 30;
    private static final int[] TEMPORAL_IDS = {0, 2, 1, 2};

    final class Layer {
        final String rid;
        final int scale;
        final long ssrc;
        final long rtxSsrc;
        final int packetsPerFrame;
        private final int timestampOffset = random.nextInt();
        private final Map<Integer, byte[]> sent = new HashMap<>();
        private int sequence = random.nextInt(1 << 16);
        private int rtxSequence = random.nextInt(1 << 16);
        private int picture = random.nextInt(1 << 15);
        private int tl0 = random.nextInt(256);
        private int sinceKey;
        private boolean keyWanted = true;
        private boolean running = true;
        int packets;
        int keyFrames;
        int requests;

        private Layer(int index) {
            rid = RIDS.get(index);
            scale = 1 << (RIDS.size() - 1 - index);
            ssrc = 0x1000 + random.nextInt(1 << 20) * 8L + index;
            rtxSsrc = ssrc + 4;
            packetsPerFrame = 1 + index;
        }

        private void sendFrame(long nowNanos) {
            boolean key = keyWanted;
            keyWanted = false;
            sinceKey = key ? 0 : sinceKey + 1;
            keyFrames += key ? 1 : 0;
            int tid = TEMPORAL_IDS[sinceKey % TEMPORAL_IDS.length];
            tl0 += tid == 0 ? 1 : 0;
            picture++;
            for (int i = 0; i < packetsPerFrame; i++) {
                int number = sequence++ & 0xFFFF;
                int timestamp = timestampOffset + RtpTime.ofNanos(captureNanos(), 90_000);
                header.begin(place, 0, i == packetsPerFrame - 1, TestMedia.VP8.payloadType(), number, timestamp, ssrc);
                place.put16(header.extension(3, 2), transportSequence++);
                if (packets < 20) {
                    header.extension(4, new byte[] {'1'});
                    header.extension(10, rid.getBytes(StandardCharsets.UTF_8));
                }
                payload(header.end(), i, key, tid);
                sent.put(number, place.toArray());
                packets++;
                up.send(nowNanos, place.toArray());
            }
        }

        private void payload(int start, int index, boolean key, int tid) {
            int at = start;
            place.put8(at++, index == 0 ? 0x90 : 0x80);
            place.put8(at++, 0xE0);
            place.put16(at, 0x8000 | (picture & 0x7FFF));
            place.put8(at + 2, tl0);
            // The first frame of a layer after a key frame depends on the base layer alone, and so does each of T1
            // here.
            boolean sync = tid == 1 || sinceKey % TEMPORAL_IDS.length == 1;
            place.put8(at + 3, tid << 6 | (sync ? 0x20 : 0));
            at += 4;
            place.put8(at, key && index == 0 ? 0 : 1);
            place.fill(at + 1, 9, 0);
            place.put24(at + 3, 0x9D012A);
            place.put16(at + 6, Short.reverseBytes((short) (FULL_WIDTH / scale)) & 0xFFFF);
            place.put16(at + 8, Short.reverseBytes((short) (FULL_HEIGHT / scale)) & 0xFFFF);
            at += 10;
            place.put8(at, RIDS.indexOf(rid));
            place.put32(at + 1, frame);
            place.put8(at + 5, index);
            place.put8(at + 6, packetsPerFrame);
            place.put8(at + 7, key ? 1 : 0);
            place.fill(at + 8, 400, 0x55);
            place.setLength(at + 8 + 400);
        }
    }

    final SimulatedLink up;
    final SimulatedLink down;
    final List<Layer> layers = new ArrayList<>();
    /** What it makes of its own will: a weak machine makes fewer. */
    Set<String> able = Set.copyOf(RIDS);

    /** What it was told to make. */
    Set<String> active = Set.copyOf(RIDS);

    boolean sending = true;
    boolean reporting = true;
    int frame;

    private final Random random;
    private final Datagram place = Datagram.allocate(1500);
    private final Datagram other = Datagram.allocate(1500);
    private final RtpHeaderWriter header = new RtpHeaderWriter();
    private final RtcpReader reader = new RtcpReader();
    private final RtcpWriter writer = new RtcpWriter();
    private final int[] missing = new int[512];
    private int transportSequence;
    private long nextFrameNanos;
    private long nextReportNanos;

    SimulcastCamera(Random random, long nowNanos, double loss) {
        this.random = random;
        up = new SimulatedLink(random, loss, 20 * MILLISECOND, 8 * MILLISECOND);
        down = new SimulatedLink(random, loss, 20 * MILLISECOND, 8 * MILLISECOND);
        for (int i = 0; i < RIDS.size(); i++) {
            layers.add(new Layer(i));
        }
        nextFrameNanos = nowNanos;
        nextReportNanos = nowNanos + 200 * MILLISECOND;
    }

    static TrackParameters parameters(String participant) {
        return new TrackParameters(
                new TrackId(participant, Source.CAMERA),
                "1",
                List.of(TestMedia.VP8),
                TrackParameters.UNKNOWN,
                TrackParameters.UNKNOWN,
                RIDS);
    }

    Layer layer(String rid) {
        return layers.get(RIDS.indexOf(rid));
    }

    /** When the present frame was taken: all layers' frames show the same moment. */
    private long captureNanos() {
        return frame * FRAME_NANOS;
    }

    void run(long nowNanos) {
        down.deliver(nowNanos, datagram -> receive(nowNanos, datagram));
        while (sending && nowNanos >= nextFrameNanos) {
            for (var layer : layers) {
                boolean on = active.contains(layer.rid) && able.contains(layer.rid);
                layer.keyWanted |= on && !layer.running;
                layer.running = on;
                if (on) {
                    layer.sendFrame(nowNanos);
                }
            }
            frame++;
            nextFrameNanos += FRAME_NANOS;
        }
        if (reporting && sending && nowNanos >= nextReportNanos) {
            nextReportNanos += SECOND;
            report(nowNanos);
        }
    }

    private void report(long nowNanos) {
        for (var layer : layers) {
            if (layer.running) {
                writer.begin(place, 1200);
                // The frame before this moment was taken not long ago.
                long sinceFrame = nowNanos - (nextFrameNanos - FRAME_NANOS);
                long moment = (frame - 1) * FRAME_NANOS + sinceFrame;
                int rtp = layer.timestampOffset + RtpTime.ofNanos(moment, 90_000);
                writer.senderReport(layer.ssrc, NtpTime.ofEpochNanos(nowNanos + 3600 * SECOND), rtp, 1, 1);
                writer.end();
                up.send(nowNanos, place.toArray());
            }
        }
    }

    private void receive(long nowNanos, Datagram datagram) {
        place.set(datagram);
        reader.wrap(place);
        for (var packet = reader.next(); packet != null; packet = reader.next()) {
            switch (packet) {
                case Nack nack -> retransmit(nowNanos, nack);
                case PictureLossIndication loss -> handleRequest(loss.mediaSsrc());
                case FullIntraRequest request -> handleRequest(request.ssrc(0));
                default -> {}
            }
        }
    }

    private void handleRequest(long ssrc) {
        for (var layer : layers) {
            layer.keyWanted = true;
            layer.requests += layer.ssrc == ssrc ? 1 : 0;
        }
    }

    private void retransmit(long nowNanos, Nack nack) {
        for (var layer : layers) {
            if (layer.ssrc != nack.mediaSsrc()) {
                continue;
            }
            int count = nack.copySequenceNumbers(missing);
            for (int i = 0; i < count; i++) {
                var bytes = layer.sent.get(missing[i]);
                if (bytes == null) {
                    throw new AssertionError("a NACK for what was never sent");
                }
                var original = new RtpPacket();
                if (original.wrap(Datagram.copyOf(bytes)) != null) {
                    throw new AssertionError("own packet");
                }
                wrapRtx(original, layer);
                up.send(nowNanos, other.toArray());
            }
        }
    }

    /** With the name of the layer that it repairs, which is all there is to know an SSRC by. */
    private void wrapRtx(RtpPacket original, Layer layer) {
        int length = original.payloadLength();
        header.begin(
                other,
                0,
                original.marker(),
                TestMedia.VP8.rtxPayloadType(),
                layer.rtxSequence++ & 0xFFFF,
                original.timestamp(),
                layer.rtxSsrc);
        header.extension(4, new byte[] {'1'});
        header.extension(11, layer.rid.getBytes(StandardCharsets.UTF_8));
        int at = header.end();
        other.put16(at, original.sequenceNumber());
        other.put(at + Rtx.OSN_LENGTH, original.datagram(), original.payloadOffset(), length);
        other.setLength(at + Rtx.OSN_LENGTH + length);
    }
}
