package dev.stoa.client;

import dev.stoa.rtp.OpusPayload;
import dev.stoa.wire.Datagram;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Opus in Ogg (RFC 7845): a head, tags, then packets. The first Opus stream of a file is read. */
final class OggOpusReader {
    /** The head and the tags (RFC 7845, 3). */
    private static final int PACKETS_BEFORE_AUDIO = 2;

    private OggOpusReader() {}

    static boolean isOgg(byte[] file) {
        return file.length >= OggPages.HEAD && starts(file, "OggS");
    }

    static Clip read(byte[] file) throws IOException {
        var packets = packets(file);
        if (packets.size() <= PACKETS_BEFORE_AUDIO || !starts(packets.getFirst(), "OpusHead")) {
            throw new IOException("an Ogg file without Opus");
        }
        var frames = new ArrayList<Clip.Frame>();
        long timestamp = 0;
        for (var packet : packets.subList(PACKETS_BEFORE_AUDIO, packets.size())) {
            frames.add(new Clip.Frame(packet, timestamp, true));
            timestamp += duration(packet);
        }
        return new Clip("opus", OpusPayload.CLOCK_RATE, frames, timestamp);
    }

    /** In units of the 48 kHz clock. */
    static int duration(byte[] packet) throws IOException {
        var payload = new OpusPayload();
        if (payload.wrap(Datagram.copyOf(packet), 0, packet.length) != null) {
            throw new IOException("a packet that is not Opus");
        }
        return payload.duration();
    }

    private static List<byte[]> packets(byte[] file) throws IOException {
        var in = OggPages.littleEndian(file);
        var packets = new ArrayList<byte[]>();
        var packet = new ByteArrayOutputStream();
        int serial = in.getInt(OggPages.SERIAL);
        for (int at = 0; at < file.length; ) {
            int length = pageLength(file, at);
            if (OggPages.checksum(file, at, length) != in.getInt(at + OggPages.CHECKSUM)) {
                throw new IOException("an Ogg page with a wrong checksum");
            }
            if (in.getInt(at + OggPages.SERIAL) == serial) {
                takePackets(file, at, packet, packets);
            }
            at += length;
        }
        return packets;
    }

    private static int pageLength(byte[] file, int at) throws IOException {
        int left = file.length - at;
        int segments = left < OggPages.HEAD ? 0 : file[at + OggPages.SEGMENTS] & 0xFF;
        int length = OggPages.HEAD + segments;
        if (left < length || !starts(Arrays.copyOfRange(file, at, at + 4), "OggS")) {
            throw new IOException("not an Ogg page");
        }
        for (int i = 0; i < segments; i++) {
            length += file[at + OggPages.HEAD + i] & 0xFF;
        }
        if (left < length) {
            throw new IOException("an Ogg file that ends within a page");
        }
        return length;
    }

    /** A packet ends with a segment of less than 255 bytes (RFC 3533, 5), in this page or a later one. */
    private static void takePackets(byte[] file, int at, ByteArrayOutputStream packet, List<byte[]> packets) {
        int segments = file[at + OggPages.SEGMENTS] & 0xFF;
        int from = at + OggPages.HEAD + segments;
        for (int i = 0; i < segments; i++) {
            int length = file[at + OggPages.HEAD + i] & 0xFF;
            packet.write(file, from, length);
            from += length;
            if (length < OggPages.MAX_SEGMENTS) {
                packets.add(packet.toByteArray());
                packet.reset();
            }
        }
    }

    private static boolean starts(byte[] bytes, String with) {
        return bytes.length >= with.length()
                && new String(bytes, 0, with.length(), StandardCharsets.US_ASCII).equals(with);
    }
}
