package dev.stoa.foreign;

import dev.onvoid.webrtc.media.audio.CustomAudioSource;
import dev.onvoid.webrtc.media.video.CustomVideoSource;
import dev.onvoid.webrtc.media.video.NativeI420Buffer;
import dev.onvoid.webrtc.media.video.VideoFrame;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** Gives a .y4m (I420) and a .wav (16 bit mono 48 kHz) to libwebrtc, again and again, at their pace. */
final class Feed {
    private static final int WAV_HEAD = 44;
    private static final int SAMPLE_RATE = 48_000;
    private static final int CHUNKS_PER_SECOND = 100;
    private static final int CHUNK_SAMPLES = SAMPLE_RATE / CHUNKS_PER_SECOND;
    private static final byte[] FRAME = "FRAME\n".getBytes(StandardCharsets.US_ASCII);

    private final byte[] video;
    private final int begin;
    private final int width;
    private final int height;
    private final int rate;
    private int at;

    private Feed(byte[] video) {
        this.video = video;
        int end = 0;
        while (video[end] != '\n') {
            end++;
        }
        var words = new String(video, 0, end, StandardCharsets.US_ASCII).split(" ", -1);
        this.width = Integer.parseInt(tag(words, "W"));
        this.height = Integer.parseInt(tag(words, "H"));
        this.rate = Integer.parseInt(tag(words, "F").split(":", -1)[0]);
        this.begin = end + 1;
        this.at = begin;
    }

    private static String tag(String[] words, String letter) {
        return Arrays.stream(words)
                .filter(word -> word.startsWith(letter))
                .findFirst()
                .orElseThrow()
                .substring(1);
    }

    static void start(Path y4m, CustomVideoSource pictures, Path wav, CustomAudioSource sounds) throws IOException {
        var feed = new Feed(Files.readAllBytes(y4m));
        var samples = Files.readAllBytes(wav);
        var pace =
                Executors.newScheduledThreadPool(2, Thread.ofPlatform().daemon().factory());
        long frameMicros = TimeUnit.SECONDS.toMicros(1) / feed.rate;
        var _ = pace.scheduleAtFixedRate(() -> feed.push(pictures), 0, frameMicros, TimeUnit.MICROSECONDS);
        var position = new int[] {WAV_HEAD};
        var _ = pace.scheduleAtFixedRate(
                () -> {
                    int from = position[0];
                    var chunk = Arrays.copyOfRange(samples, from, from + 2 * CHUNK_SAMPLES);
                    position[0] = from + 4 * CHUNK_SAMPLES > samples.length ? WAV_HEAD : from + 2 * CHUNK_SAMPLES;
                    sounds.pushAudio(chunk, Short.SIZE, SAMPLE_RATE, 1, CHUNK_SAMPLES);
                },
                0,
                1_000 / CHUNKS_PER_SECOND,
                TimeUnit.MILLISECONDS);
    }

    private void push(CustomVideoSource pictures) {
        if (at >= video.length) {
            at = begin;
        }
        int from = at + FRAME.length;
        int luma = width * height;
        var buffer = NativeI420Buffer.allocate(width, height);
        copy(from, width, height, buffer.getDataY(), buffer.getStrideY());
        copy(from + luma, width / 2, height / 2, buffer.getDataU(), buffer.getStrideU());
        copy(from + luma * 5 / 4, width / 2, height / 2, buffer.getDataV(), buffer.getStrideV());
        at = from + luma * 3 / 2;
        var frame = new VideoFrame(buffer, System.nanoTime());
        pictures.pushFrame(frame);
        frame.release();
    }

    private void copy(int from, int columns, int rows, ByteBuffer to, int stride) {
        for (int row = 0; row < rows; row++) {
            to.put(row * stride, video, from + row * columns, columns);
        }
    }
}
