package dev.stoa.client;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Encoded frames from a file, all in memory.
 *
 * @param codec as SDP names it
 * @param clockRate of the times below, which is RTP's for this codec
 * @param frames in the order in which they are shown; the first is a key frame
 * @param duration until it begins again
 */
public record Clip(String codec, int clockRate, List<Frame> frames, long duration) {
    /** One frame, as an encoder gave it. */
    public static final class Frame {
        private final byte[] data;
        private final long timestamp;
        private final boolean keyFrame;

        /** @param timestamp from 0 on */
        public Frame(byte[] data, long timestamp, boolean keyFrame) {
            this.data = data;
            this.timestamp = timestamp;
            this.keyFrame = keyFrame;
        }

        /** Shared by all who play it: not to be changed. */
        public byte[] data() {
            return data;
        }

        public long timestamp() {
            return timestamp;
        }

        /** Whether decoding can begin here; true for sound. */
        public boolean keyFrame() {
            return keyFrame;
        }
    }

    public Clip {
        frames = List.copyOf(frames);
        if (frames.isEmpty() || !frames.getFirst().keyFrame()) {
            throw new IllegalArgumentException("a clip begins with a key frame");
        }
        if (duration <= frames.getLast().timestamp()) {
            throw new IllegalArgumentException("a clip is longer than the time of its last frame");
        }
    }

    /**
     * Reads IVF with VP8 or VP9, or Ogg with Opus.
     *
     * @throws IOException when it cannot be read, or is neither
     */
    public static Clip read(Path file) throws IOException {
        var bytes = Files.readAllBytes(file);
        if (IvfReader.isIvf(bytes)) {
            return IvfReader.read(bytes);
        }
        if (OggOpusReader.isOgg(bytes)) {
            return OggOpusReader.read(bytes);
        }
        throw new IOException(file + " is neither IVF nor Ogg");
    }
}
