package dev.stoa.load;

import dev.stoa.net.DatagramHandler;
import dev.stoa.net.Driver;
import dev.stoa.net.SendBatch;
import dev.stoa.rtp.AbsSendTime;
import dev.stoa.rtp.AudioLevel;
import dev.stoa.rtp.FullIntraRequest;
import dev.stoa.rtp.Nack;
import dev.stoa.rtp.NtpTime;
import dev.stoa.rtp.PictureLossIndication;
import dev.stoa.rtp.RtcpReader;
import dev.stoa.rtp.RtcpWriter;
import dev.stoa.rtp.RtpHeaderWriter;
import dev.stoa.srtp.SrtpSender;
import dev.stoa.wire.Datagram;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.SplittableRandom;

/**
 * A camera and a microphone: VP8 frames of noise at 30 a second, with key frames when they are asked for and every ten
 * seconds, and 50 packets of Opus a second. What is asked for again is sent again (RTX).
 */
final class MediaSender implements PeerMedia {
    private static final long NEVER = DatagramHandler.NEVER;
    private static final long AUDIO_NANOS = 20_000_000L;
    private static final int AUDIO_BYTES = 80;
    private static final int AUDIO_LEVEL = 30;
    private static final long REPORT_NANOS = 1_000_000_000L;
    private static final long KEY_FRAME_NANOS = 10_000_000_000L;
    /** Requests come in crowds when many join. */
    private static final long MIN_KEY_FRAME_NANOS = 300_000_000L;

    private static final long LATE_NANOS = 10_000_000L;
    private static final int DESCRIPTOR_LENGTH = 4;
    private static final int HISTORY = 512;
    private static final int MAX_PACKET = 1400;
    private static final int SCRATCH_BYTES = 2048;
    private static final int MAX_NACK = 256;

    private record Slice(
            int bytes, boolean first, boolean last, boolean key, int timestamp, int pictureId, long dueNanos) {}

    private final Counts counts;
    private final TrackIds ids;
    private final long audioSsrc;
    private final long videoSsrc;
    private final long rtxSsrc;
    private final byte[] audioMid;
    private final byte[] videoMid;
    private final byte[] cname;
    private final VideoShape shape;
    private final Pacer pacer;
    private final SplittableRandom random;
    private final Deque<Slice> queue = new ArrayDeque<>();
    private final Deque<Integer> wanted = new ArrayDeque<>();
    private final Datagram[] history = new Datagram[HISTORY];
    private final RtpHeaderWriter header = new RtpHeaderWriter();
    private final RtcpReader reader = new RtcpReader();
    private final RtcpWriter writer = new RtcpWriter();
    private final Datagram plain = Datagram.allocate(SCRATCH_BYTES);
    private final Datagram protectedRtcp = Datagram.allocate(SCRATCH_BYTES);
    private final int[] missing = new int[MAX_NACK];
    private final long epochOffsetNanos;
    private boolean connected;
    private boolean paused = true;
    private long nextFrameNanos = NEVER;
    private long nextAudioNanos = NEVER;
    private long nextReportNanos = NEVER;
    private long keyFrameNanos = Long.MIN_VALUE / 2;
    private boolean keyFrameWanted = true;
    private int audioSequence;
    private int videoSequence;
    private int rtxSequence;
    private int transportSequence;
    private int pictureId;
    private long audioPackets;
    private long videoPackets;
    private long audioOctets;
    private long videoOctets;

    MediaSender(
            Counts counts, LoadSettings settings, TrackIds ids, LoadSdp.Ssrcs ssrcs, long seed, long epochOffsetNanos) {
        this.counts = counts;
        this.ids = ids;
        this.audioSsrc = ssrcs.audio();
        this.videoSsrc = ssrcs.video();
        this.rtxSsrc = ssrcs.rtx();
        this.audioMid = LoadSdp.AUDIO_MID.getBytes(StandardCharsets.UTF_8);
        this.videoMid = LoadSdp.VIDEO_MID.getBytes(StandardCharsets.UTF_8);
        this.cname = ssrcs.cname().getBytes(StandardCharsets.UTF_8);
        this.shape = new VideoShape(settings.bitrateBps(), seed);
        this.pacer = new Pacer(settings.bitrateBps(), settings.burstNanos());
        this.random = new SplittableRandom(seed);
        this.epochOffsetNanos = epochOffsetNanos;
        for (int i = 0; i < HISTORY; i++) {
            history[i] = Datagram.allocate(MAX_PACKET);
        }
    }

    void setPaused(long nowNanos, boolean pause) {
        paused = pause;
        if (connected) {
            start(nowNanos);
        }
    }

    @Override
    public void handleConnected(long nowNanos) {
        connected = true;
        start(nowNanos);
    }

    private void start(long nowNanos) {
        queue.clear();
        if (paused) {
            nextFrameNanos = NEVER;
            nextAudioNanos = NEVER;
            nextReportNanos = NEVER;
        } else {
            // Cameras do not tick in step.
            nextFrameNanos = nowNanos + random.nextLong(VideoShape.FRAME_NANOS);
            nextAudioNanos = nowNanos + random.nextLong(AUDIO_NANOS);
            nextReportNanos = nowNanos + AUDIO_NANOS;
            keyFrameWanted = true;
        }
    }

    @Override
    public void handleRtp(long nowNanos, Datagram packet) {
        // It only sends.
    }

    @Override
    public void handleRtcp(long nowNanos, Datagram packet) {
        reader.wrap(packet);
        for (var part = reader.next(); part != null; part = reader.next()) {
            if (part instanceof PictureLossIndication || part instanceof FullIntraRequest) {
                keyFrameWanted = true;
            } else if (part instanceof Nack nack && nack.mediaSsrc() == videoSsrc) {
                int count = nack.copySequenceNumbers(missing);
                for (int i = 0; i < count; i++) {
                    wanted.add(missing[i]);
                }
            }
        }
    }

    @Override
    public long nextTimeout() {
        long next = Math.min(Math.min(nextFrameNanos, nextAudioNanos), nextReportNanos);
        if (!queue.isEmpty()) {
            next = Math.min(next, pacer.nextNanos());
        }
        return wanted.isEmpty() ? next : 0;
    }

    @Override
    public void pollTransmit(long nowNanos, SrtpSender sender, SendBatch out, Datagram area) {
        if (nextReportNanos <= nowNanos) {
            nextReportNanos = nowNanos + REPORT_NANOS;
            report(nowNanos, sender, out, area);
        }
        while (nextAudioNanos <= nowNanos && out.hasRoom(MAX_PACKET)) {
            sendAudio(nowNanos, sender, out, area);
            nextAudioNanos += AUDIO_NANOS;
        }
        while (nextFrameNanos <= nowNanos) {
            encode(nowNanos);
            nextFrameNanos += VideoShape.FRAME_NANOS;
        }
        while (!wanted.isEmpty() && out.hasRoom(MAX_PACKET)) {
            sendAgain(wanted.removeFirst(), sender, out, area);
        }
        // One in each round of the loop: a browser makes a call for each packet too, some microseconds apart.
        if (!queue.isEmpty() && pacer.nextNanos() <= nowNanos && out.hasRoom(MAX_PACKET)) {
            sendVideo(nowNanos, queue.removeFirst(), sender, out, area);
        }
    }

    private void encode(long nowNanos) {
        boolean key = nowNanos - keyFrameNanos > KEY_FRAME_NANOS
                || (keyFrameWanted && nowNanos - keyFrameNanos > MIN_KEY_FRAME_NANOS);
        if (key) {
            keyFrameWanted = false;
            keyFrameNanos = nowNanos;
        }
        int frame = shape.nextBytes(key);
        int packets = VideoShape.packets(frame);
        pictureId = pictureId + 1 & 0x7FFF;
        int timestamp = (int) (nextFrameNanos / 1000 * 9 / 100);
        for (int i = 0; i < packets; i++) {
            queue.add(new Slice(
                    VideoShape.packetBytes(frame, i),
                    i == 0,
                    i == packets - 1,
                    key,
                    timestamp,
                    pictureId,
                    Math.max(nextFrameNanos, pacer.nextNanos())));
        }
    }

    private void sendVideo(long nowNanos, Slice slice, SrtpSender sender, SendBatch out, Datagram area) {
        int at = out.position();
        header.begin(area, at, slice.last, ids.videoType(), videoSequence, slice.timestamp, videoSsrc);
        int payload = extend(nowNanos, area, videoMid);
        // The descriptor (RFC 7741, 4.2) with a picture id of 15 bits, then the frame, of which only the first bytes
        // count:
        // bit 0 of a frame says that it is no key frame (RFC 6386, 9.1).
        area.put8(payload, slice.first ? 0x90 : 0x80);
        area.put8(payload + 1, 0x80);
        area.put16(payload + 2, 0x8000 | slice.pictureId);
        int end = payload + DESCRIPTOR_LENGTH + slice.bytes;
        for (int from = payload + DESCRIPTOR_LENGTH; from < end; from += Long.BYTES) {
            area.put64(from, random.nextLong());
        }
        if (slice.first) {
            area.put8(payload + DESCRIPTOR_LENGTH, slice.key ? 0x10 : 0x11);
            if (slice.key) {
                area.put24(payload + DESCRIPTOR_LENGTH + 3, 0x9D012A);
            }
        }
        Stamp.write(area, end, Driver.nanos());
        int length = end - at;
        var kept = history[videoSequence % HISTORY];
        kept.put(0, area, at, length);
        kept.setLength(length);
        videoSequence = videoSequence + 1 & 0xFFFF;
        videoPackets++;
        videoOctets += end - payload;
        if (nowNanos - Math.max(slice.dueNanos, pacer.nextNanos()) > LATE_NANOS) {
            counts.sentLate++;
        }
        pacer.handleSent(nowNanos, length);
        send(sender, out, area, at, length);
    }

    private void sendAudio(long nowNanos, SrtpSender sender, SendBatch out, Datagram area) {
        int at = out.position();
        header.begin(
                area, at, false, ids.audioType(), audioSequence, (int) (nextAudioNanos / 1000 * 6 / 125), audioSsrc);
        if (ids.audioLevelId() > 0) {
            area.put8(header.extension(ids.audioLevelId(), AudioLevel.LENGTH), 0x80 | AUDIO_LEVEL);
        }
        int payload = extend(nowNanos, area, audioMid);
        int end = payload + AUDIO_BYTES;
        for (int from = payload; from < end; from += Long.BYTES) {
            area.put64(from, random.nextLong());
        }
        Stamp.write(area, end, Driver.nanos());
        audioSequence = audioSequence + 1 & 0xFFFF;
        audioPackets++;
        audioOctets += AUDIO_BYTES;
        if (nowNanos - nextAudioNanos > LATE_NANOS) {
            counts.sentLate++;
        }
        send(sender, out, area, at, end - at);
    }

    private int extend(long nowNanos, Datagram area, byte[] mid) {
        if (ids.midId() > 0) {
            header.extension(ids.midId(), mid);
        }
        if (ids.absSendTimeId() > 0) {
            area.put24(header.extension(ids.absSendTimeId(), AbsSendTime.LENGTH), AbsSendTime.ofNanos(nowNanos));
        }
        if (ids.transportSequenceId() > 0) {
            area.put16(header.extension(ids.transportSequenceId(), 2), transportSequence++ & 0xFFFF);
        }
        return header.end();
    }

    private void send(SrtpSender sender, SendBatch out, Datagram area, int at, int length) {
        int bytes = sender.protectRtp(area, at, length);
        if (bytes > 0) {
            out.append(bytes);
            counts.sent++;
            counts.sentBytes += bytes;
        }
    }

    /** RFC 4588, 4: the original sequence number, then the payload as it was. */
    private void sendAgain(int sequenceNumber, SrtpSender sender, SendBatch out, Datagram area) {
        var kept = history[sequenceNumber % HISTORY];
        if (ids.rtxType() < 0 || kept.length() == 0 || kept.u16(2) != sequenceNumber) {
            return;
        }
        int at = out.position();
        int headerLength = 12 + ((kept.u8(0) & 0x10) == 0 ? 0 : 4 + 4 * kept.u16(14));
        area.put(at, kept, 0, headerLength);
        area.put8(at + 1, ids.rtxType() | (kept.u8(1) & 0x80));
        area.put16(at + 2, rtxSequence++ & 0xFFFF);
        area.put32(at + 8, (int) rtxSsrc);
        area.put16(at + headerLength, sequenceNumber);
        area.put(at + headerLength + 2, kept, headerLength, kept.length() - headerLength);
        int bytes = sender.protectRtp(area, at, kept.length() + 2);
        if (bytes > 0) {
            out.append(bytes);
            counts.resent++;
        }
    }

    private void report(long nowNanos, SrtpSender sender, SendBatch out, Datagram area) {
        long ntp = NtpTime.ofEpochNanos(nowNanos + epochOffsetNanos);
        writer.begin(plain, RtcpWriter.DEFAULT_LIMIT);
        writer.senderReport(audioSsrc, ntp, (int) (nowNanos / 1000 * 6 / 125), audioPackets, audioOctets);
        writer.cname(audioSsrc, cname);
        writer.senderReport(videoSsrc, ntp, (int) (nowNanos / 1000 * 9 / 100), videoPackets, videoOctets);
        writer.cname(videoSsrc, cname);
        writer.end();
        int length = sender.protectRtcp(plain, protectedRtcp);
        area.put(out.position(), protectedRtcp, 0, length);
        out.append(length);
    }
}
