package dev.stoa.client;

import dev.stoa.rtp.KeyFrames;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** IVF, the container of the WebM project's tools: a head of 32 bytes, then frames with 12 bytes before each. */
final class IvfReader {
    static final int HEAD = 32;
    static final int FRAME_HEAD = 12;
    static final int VIDEO_CLOCK = 90_000;

    private IvfReader() {}

    static boolean isIvf(byte[] file) {
        return file.length >= HEAD && text(file, 0).equals("DKIF");
    }

    static Clip read(byte[] file) throws IOException {
        var in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        var codec = codec(text(file, 8));
        long rate = in.getInt(16) & 0xFFFF_FFFFL;
        long scale = in.getInt(20) & 0xFFFF_FFFFL;
        if (rate == 0 || scale == 0) {
            throw new IOException("an IVF file without a time base");
        }
        in.position(Math.max(HEAD, in.getShort(6) & 0xFFFF));
        var frames = new ArrayList<Clip.Frame>();
        long first = -1;
        while (in.remaining() >= FRAME_HEAD) {
            int length = in.getInt();
            long timestamp = in.getLong() * scale * VIDEO_CLOCK / rate;
            if (length <= 0 || length > in.remaining()) {
                throw new IOException("an IVF file that ends within a frame");
            }
            first = first < 0 ? timestamp : first;
            var data = new byte[length];
            in.get(data);
            frames.add(new Clip.Frame(data, timestamp - first, isKeyFrame(codec, data)));
        }
        return clip(codec, frames);
    }

    private static Clip clip(String codec, List<Clip.Frame> frames) throws IOException {
        int count = frames.size();
        if (count < 2 || !frames.getFirst().keyFrame()) {
            throw new IOException("a clip has two frames at least, and begins with a key frame");
        }
        long last = frames.getLast().timestamp();
        long step = last / (count - 1);
        if (step <= 0) {
            throw new IOException("a clip in which no time goes by");
        }
        return new Clip(codec, VIDEO_CLOCK, frames, last + step);
    }

    private static String codec(String fourcc) throws IOException {
        return switch (fourcc) {
            case "VP80" -> "VP8";
            case "VP90" -> "VP9";
            default -> throw new IOException("an IVF file with " + fourcc + "; VP8 and VP9 can be played");
        };
    }

    private static boolean isKeyFrame(String codec, byte[] frame) {
        return codec.equals("VP8") ? KeyFrames.isVp8(frame) : KeyFrames.isVp9(frame);
    }

    private static String text(byte[] file, int at) {
        return new String(Arrays.copyOfRange(file, at, at + 4), StandardCharsets.US_ASCII);
    }
}
