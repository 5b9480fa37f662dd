package dev.stoa.client;

import dev.stoa.rtp.EncodedFrame;
import dev.stoa.rtp.OpusPayload;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Writes Opus packets to an Ogg file (RFC 7845). What was lost, or not sent, becomes packets that say so. */
public final class OggOpusWriter implements FrameWriter {
    /** What the file's reader drops at the beginning; an encoder's delay. */
    private static final int PRE_SKIP = 312;

    private static final int PACKETS_IN_PAGE = 50;
    private static final int MAX_PAGE_BYTES = 32_000;
    /** A longer silence is cut short: nobody wants hours of it in a file. */
    private static final long MAX_GAP = 60L * OpusPayload.CLOCK_RATE;

    private final OutputStream out;
    private final int serial;
    private final ByteArrayOutputStream data = new ByteArrayOutputStream();
    private final ByteArrayOutputStream lacing = new ByteArrayOutputStream();
    private int pageNumber;
    private int packets;
    private long granulePosition = PRE_SKIP;
    private boolean begun;
    private int expected;

    /**
     * @param out closed by {@link #close}
     * @param serial of the stream, any number
     */
    public OggOpusWriter(OutputStream out, int serial, int channels) throws IOException {
        this.out = out;
        this.serial = serial;
        add(head(channels));
        flush(OggPages.FIRST, 0);
        add(tags());
        flush(0, 0);
    }

    /** @throws IOException also when it is no Opus packet */
    @Override
    public void write(EncodedFrame frame) throws IOException {
        write(frame.data(), frame.timestamp());
    }

    void write(byte[] packet, int timestamp) throws IOException {
        int duration = OggOpusReader.duration(packet);
        if (begun) {
            fill(timestamp, packet);
        }
        begun = true;
        expected = timestamp + duration;
        append(packet, duration);
    }

    /** RFC 7845, 4.1: a frame of no bytes, in the configuration of its neighbours, stands for one that is not there. */
    private void fill(int timestamp, byte[] neighbour) throws IOException {
        var nothing = new byte[] {(byte) (neighbour[0] & 0xFC)};
        int duration = OggOpusReader.duration(nothing);
        for (long gap = Math.min(timestamp - expected, MAX_GAP); gap >= duration; gap -= duration) {
            append(nothing, duration);
        }
    }

    private void append(byte[] packet, int duration) throws IOException {
        if (packets == PACKETS_IN_PAGE
                || lacing.size() + packet.length / 255 + 1 > OggPages.MAX_SEGMENTS
                || data.size() > MAX_PAGE_BYTES) {
            flush(0, granulePosition);
        }
        add(packet);
        granulePosition += duration;
    }

    private void add(byte[] packet) {
        for (int left = packet.length; ; left -= 255) {
            lacing.write(Math.min(left, 255));
            if (left < 255) {
                break;
            }
        }
        data.write(packet, 0, packet.length);
        packets++;
    }

    private void flush(int type, long position) throws IOException {
        var page = new byte[OggPages.HEAD + lacing.size() + data.size()];
        var head = OggPages.littleEndian(page);
        head.put("OggS".getBytes(StandardCharsets.US_ASCII));
        head.put(OggPages.TYPE, (byte) type);
        head.putLong(OggPages.GRANULE_POSITION, position);
        head.putInt(OggPages.SERIAL, serial);
        head.putInt(OggPages.NUMBER, pageNumber++);
        head.put(OggPages.SEGMENTS, (byte) lacing.size());
        head.position(OggPages.HEAD).put(lacing.toByteArray()).put(data.toByteArray());
        head.putInt(OggPages.CHECKSUM, OggPages.checksum(page, 0, page.length));
        out.write(page);
        lacing.reset();
        data.reset();
        packets = 0;
    }

    /** RFC 7845, 5.1. */
    private static byte[] head(int channels) {
        var head = new byte[19];
        var to = OggPages.littleEndian(head);
        to.put("OpusHead".getBytes(StandardCharsets.US_ASCII));
        to.put((byte) 1).put((byte) channels).putShort((short) PRE_SKIP).putInt(OpusPayload.CLOCK_RATE);
        return head;
    }

    /** RFC 7845, 5.2: a vendor and no comments. */
    private static byte[] tags() {
        var vendor = "Stoa".getBytes(StandardCharsets.US_ASCII);
        var tags = new byte[8 + 4 + vendor.length + 4];
        var to = OggPages.littleEndian(tags);
        to.put("OpusTags".getBytes(StandardCharsets.US_ASCII));
        to.putInt(vendor.length).put(vendor);
        return tags;
    }

    @Override
    public void close() throws IOException {
        try (out) {
            flush(OggPages.LAST, granulePosition);
        }
    }
}
