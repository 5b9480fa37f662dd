package dev.stoa.sfu;

import static dev.stoa.sfu.TestMedia.MILLISECOND;
import static dev.stoa.sfu.TestMedia.SECOND;

import dev.stoa.rtp.FullIntraRequest;
import dev.stoa.rtp.Nack;
import dev.stoa.rtp.NackTracker;
import dev.stoa.rtp.NtpTime;
import dev.stoa.rtp.PictureLossIndication;
import dev.stoa.rtp.ReceptionStatistics;
import dev.stoa.rtp.RtcpPacket;
import dev.stoa.rtp.RtcpReader;
import dev.stoa.rtp.RtcpWriter;
import dev.stoa.rtp.RtpHeaderExtension;
import dev.stoa.rtp.RtpHeaderWriter;
import dev.stoa.rtp.RtpPacket;
import dev.stoa.rtp.Rtx;
import dev.stoa.rtp.SenderReport;
import dev.stoa.rtp.TransportFeedback;
import dev.stoa.rtp.Vp8Descriptor;
import dev.stoa.wire.Datagram;
import dev.stoa.wire.SerialNumber;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A browser, roughly: sends a camera and a microphone, answers NACK and PLI, receives by slots, asks for what is missing,
 * and judges what it got by its content.
 */
final class SimulatedPeer {
    private static final int PACKETS_PER_FRAME = 3;
    private static final long FRAME_NANOS = SECOND / 30;
    private static final long AUDIO_NANOS = 20 * MILLISECOND;

    /** What a packet of a slot carried. */
    record Content(int who, int counter, int timestamp, int pictureId, boolean keyFrame) {}

    /** One incoming stream. It can be decoded from the first key frame on. */
    static final class Slot {
        final SlotParameters parameters;
        final TreeMap<Long, Content> contents = new TreeMap<>();
        final NackTracker nacks = new NackTracker(5 * MILLISECOND);
        final ReceptionStatistics statistics;
        long highest = -1;
        long wantedSinceNanos = -SECOND;
        int senderReports;
        int keyFrames;
        long lastNtp;
        int lastRtp;

        Slot(SlotParameters parameters) {
            this.parameters = parameters;
            statistics = new ReceptionStatistics(parameters.ssrc(), parameters.video() ? 90_000 : 48_000);
        }
    }

    final String id;
    final int number;
    final SimulatedLink up;
    final SimulatedLink down;
    final Map<Long, Slot> slots = new HashMap<>();
    final long cameraSsrc;
    boolean sending = true;
    int keyFrameRequests;
    int retransmitted;
    long feedbackPackets;
    long feedbackReceived;

    private final Map<Integer, byte[]> sentVideo = new HashMap<>();
    private final boolean rtx;
    private final Datagram place = Datagram.allocate(1500);
    private final Datagram other = Datagram.allocate(1500);
    private final RtpHeaderWriter header = new RtpHeaderWriter();
    private final RtcpReader reader = new RtcpReader();
    private final RtcpWriter writer = new RtcpWriter();
    private final RtpPacket rtp = new RtpPacket();
    private final Vp8Descriptor descriptor = new Vp8Descriptor();
    private final int[] missing = new int[256];
    private final long startNanos;
    private long nextFrameNanos;
    private long nextAudioNanos;
    private long nextReportNanos;
    private boolean keyFrameWanted = true;
    private int videoSequence;
    private int audioSequence;
    private int rtxSequence;
    private int transportSequence;
    private int picture;
    private int counter;

    SimulatedPeer(String id, int number, long nowNanos, SimulatedLink up, SimulatedLink down, int first, boolean rtx) {
        this.id = id;
        this.number = number;
        this.up = up;
        this.down = down;
        this.rtx = rtx;
        startNanos = nowNanos;
        cameraSsrc = 1000 + 10L * number;
        nextFrameNanos = nowNanos;
        nextAudioNanos = nowNanos;
        nextReportNanos = nowNanos + 300 * MILLISECOND;
        videoSequence = first;
        audioSequence = first;
        picture = first;
    }

    List<TrackParameters> tracks() {
        return List.of(TestMedia.camera(id, cameraSsrc, cameraSsrc + 1), TestMedia.microphone(id, cameraSsrc + 2));
    }

    List<SlotParameters> addSlots(int video, int audio) {
        var made = new ArrayList<SlotParameters>();
        for (int i = 0; i < video; i++) {
            made.add(TestMedia.videoSlot("v" + i, 50_000 + 2 * i));
        }
        for (int i = 0; i < audio; i++) {
            made.add(TestMedia.audioSlot("a" + i, 60_000 + i));
        }
        made.forEach(slot -> slots.put(slot.ssrc(), new Slot(slot)));
        return made;
    }

    Slot slot(String mid) {
        return slots.values().stream()
                .filter(slot -> slot.parameters.mid().equals(mid))
                .findFirst()
                .orElseThrow();
    }

    void run(long nowNanos) {
        down.deliver(nowNanos, datagram -> receive(nowNanos, datagram));
        while (sending && nowNanos >= nextFrameNanos) {
            sendFrame(nowNanos);
            nextFrameNanos += FRAME_NANOS;
        }
        while (sending && nowNanos >= nextAudioNanos) {
            sendAudio(nowNanos);
            nextAudioNanos += AUDIO_NANOS;
        }
        if (nowNanos >= nextReportNanos) {
            sendReports(nowNanos);
            nextReportNanos += SECOND;
        }
        for (var slot : slots.values()) {
            askForMissing(nowNanos, slot);
        }
    }

    private int videoTimestamp(long nowNanos) {
        return RtpTime.ofNanos(nowNanos - startNanos, 90_000) + number * 1_000_000;
    }

    private void sendFrame(long nowNanos) {
        boolean key = keyFrameWanted;
        keyFrameWanted = false;
        for (int i = 0; i < PACKETS_PER_FRAME; i++) {
            begin(cameraSsrc, 96, videoSequence & 0xFFFF, videoTimestamp(nowNanos), i == PACKETS_PER_FRAME - 1);
            TestMedia.vp8Payload(place, header.end(), picture, i == 0, key, number, counter++);
            sentVideo.put(videoSequence++ & 0xFFFF, place.toArray());
            up.send(nowNanos, place.toArray());
        }
        picture++;
        if (picture % 17 == 0) { // a probe for bandwidth in between
            TestMedia.padding(place, cameraSsrc, videoSequence, videoTimestamp(nowNanos));
            sentVideo.put(videoSequence++ & 0xFFFF, place.toArray());
            up.send(nowNanos, place.toArray());
        }
    }

    private void sendAudio(long nowNanos) {
        TestMedia.opus(place, cameraSsrc + 2, audioSequence++, 30, number);
        up.send(nowNanos, place.toArray());
    }

    private void begin(long ssrc, int payloadType, int sequenceNumber, int timestamp, boolean marker) {
        header.begin(place, 0, marker, payloadType, sequenceNumber, timestamp, ssrc);
        int at = header.extension(TestMedia.EXTENSIONS.id(RtpHeaderExtension.TRANSPORT_SEQUENCE_NUMBER), 2);
        place.put16(at, transportSequence++);
    }

    private void sendReports(long nowNanos) {
        writer.begin(place, 1200);
        long ntp = NtpTime.ofEpochNanos(nowNanos + number * SECOND); // everybody's clock is wrong
        writer.senderReport(cameraSsrc, ntp, videoTimestamp(nowNanos), counter, counter);
        for (var slot : slots.values()) {
            slot.statistics.writeBlock(writer, nowNanos);
        }
        writer.end();
        up.send(nowNanos, place.toArray());
    }

    private void askForMissing(long nowNanos, Slot slot) {
        if (!slot.parameters.video()) {
            return;
        }
        int count = rtx ? slot.nacks.pollMissing(nowNanos, missing) : 0;
        boolean stuck =
                slot.highest >= 0 && slot.keyFrames == 0 && nowNanos - slot.wantedSinceNanos > 300 * MILLISECOND;
        if (count == 0 && !stuck) {
            return;
        }
        writer.begin(place, 1200);
        writer.nack(1, slot.parameters.ssrc(), missing, 0, count);
        if (stuck) {
            slot.wantedSinceNanos = nowNanos;
            writer.pictureLossIndication(1, slot.parameters.ssrc());
        }
        writer.end();
        up.send(nowNanos, place.toArray());
    }

    private void receive(long nowNanos, Datagram datagram) {
        place.set(datagram);
        if (RtcpPacket.isRtcp(place)) {
            receiveRtcp(nowNanos);
            return;
        }
        check(rtp.wrap(place) == null, "malformed");
        var slot = slots.get(rtp.ssrc());
        if (slot != null) {
            slot.statistics.handlePacket(rtp.sequenceNumber(), rtp.timestamp(), rtp.payloadLength(), nowNanos);
            receive(nowNanos, slot);
            return;
        }
        slot = slots.get(rtp.ssrc() - 1);
        check(slot != null && rtp.payloadType() == 124, "a stream nobody asked for");
        if (slot != null) {
            check(Rtx.unwrap(rtp, place, 120, slot.parameters.ssrc()) == null, "bad RTX");
            check(rtp.wrap(place) == null, "bad RTX");
            receive(nowNanos, slot);
        }
    }

    private void receive(long nowNanos, Slot slot) {
        int midId = TestMedia.OTHER_EXTENSIONS.id(RtpHeaderExtension.MID);
        check(slot.parameters.mid().equals(rtp.extensionText(midId)), "another slot's mid");
        slot.nacks.handlePacket(rtp.sequenceNumber(), nowNanos);
        if (slot.highest < 0) {
            slot.highest = (1L << 16) + rtp.sequenceNumber();
        }
        long extended = SerialNumber.extend16(slot.highest, rtp.sequenceNumber());
        slot.highest = Math.max(slot.highest, extended);
        if (rtp.payloadLength() == 0) {
            slot.contents.computeIfAbsent(extended, key -> new Content(-1, -1, 0, -1, false));
            return;
        }
        Content content;
        if (slot.parameters.video()) {
            check(descriptor.wrap(place, rtp.payloadOffset(), rtp.payloadLength()) == null, "bad VP8");
            int at = descriptor.payloadOffset();
            content = new Content(
                    place.u8(at + 1),
                    place.i32(at + 2),
                    rtp.timestamp(),
                    descriptor.pictureId(),
                    descriptor.keyFrame());
            slot.keyFrames += content.keyFrame() ? 1 : 0;
        } else {
            int at = rtp.payloadOffset();
            content = new Content(place.u8(at + 1), place.i32(at + 2), rtp.timestamp(), -1, false);
        }
        var before = slot.contents.put(extended, content);
        check(before == null || before.equals(content), "the same number with another content");
    }

    private void receiveRtcp(long nowNanos) {
        reader.wrap(place);
        for (var packet = reader.next(); packet != null; packet = reader.next()) {
            switch (packet) {
                case Nack nack -> retransmit(nowNanos, nack);
                case PictureLossIndication _, FullIntraRequest _ -> {
                    keyFrameRequests++;
                    keyFrameWanted = true;
                }
                case SenderReport report -> {
                    var slot = slots.get(report.senderSsrc());
                    check(slot != null, "a report of nobody");
                    if (slot != null) {
                        slot.senderReports++;
                        slot.lastNtp = report.ntpTimestamp();
                        slot.lastRtp = report.rtpTimestamp();
                        slot.statistics.handleSenderReport(report.ntpTimestamp(), nowNanos);
                    }
                }
                case TransportFeedback feedback -> {
                    while (feedback.next()) {
                        feedbackPackets++;
                        feedbackReceived += feedback.received() ? 1 : 0;
                    }
                }
                default -> {}
            }
        }
        check(reader.malformation() == null, "malformed RTCP");
    }

    private void retransmit(long nowNanos, Nack nack) {
        if (!rtx) {
            return;
        }
        check(nack.mediaSsrc() == cameraSsrc, "a NACK for somebody else");
        int count = nack.copySequenceNumbers(missing);
        for (int i = 0; i < count; i++) {
            var bytes = sentVideo.get(missing[i]);
            check(bytes != null, "a NACK for what was never sent");
            if (bytes != null) {
                var original = new RtpPacket();
                check(original.wrap(Datagram.copyOf(bytes)) == null, "own packet");
                Rtx.wrap(original, other, 97, rtxSequence++ & 0xFFFF, cameraSsrc + 1);
                up.send(nowNanos, other.toArray());
                retransmitted++;
            }
        }
    }

    private void check(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(id + ": " + what);
        }
    }
}
