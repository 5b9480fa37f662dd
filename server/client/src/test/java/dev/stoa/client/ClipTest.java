package dev.stoa.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the writers write the readers read. */
class ClipTest {
    /** The first page that FFmpeg 5.1 writes for mono Opus. */
    private static final byte[] FIRST_PAGE = HexFormat.of()
            .parseHex("4f676753000200000000000000009d3ca13f000000003c3eeb7101134f707573"
                    + "486561640101380180bb0000000000");

    @TempDir
    private Path folder;

    private static byte[] vp8(boolean keyFrame, int size) {
        var frame = new byte[size];
        Arrays.fill(frame, (byte) size);
        frame[0] = (byte) (keyFrame ? 0x10 : 0x11);
        if (keyFrame) { // RFC 6386, 9.1: 160 x 90
            System.arraycopy(new byte[] {(byte) 0x9D, 0x01, 0x2A, (byte) 160, 0, 90, 0}, 0, frame, 3, 7);
        }
        return frame;
    }

    /** CELT, 20 ms, one frame (RFC 6716, 3.1). */
    private static byte[] opus(int size) {
        var packet = new byte[size];
        Arrays.fill(packet, (byte) size);
        packet[0] = (byte) 0xF8;
        return packet;
    }

    @Test
    void picturesComeBackWithTheirTimes() throws IOException {
        var file = folder.resolve("1.ivf");
        int start = Integer.MAX_VALUE - 4_000; // rolls over into the negative ones
        try (var writer = new IvfWriter(file, "VP8")) {
            writer.write(vp8(true, 300), start, true);
            writer.write(vp8(false, 20), start + 6_000, false);
            writer.write(vp8(true, 310), start + 18_000, true);
        }
        var clip = Clip.read(file);
        assertEquals("VP8", clip.codec());
        assertEquals(90_000, clip.clockRate());
        assertEquals(27_000, clip.duration(), "the last one is shown as long as one on average");
        assertArrayEquals(
                new long[] {0, 6_000, 18_000},
                clip.frames().stream().mapToLong(Clip.Frame::timestamp).toArray());
        assertArrayEquals(vp8(false, 20), clip.frames().get(1).data());
        assertTrue(clip.frames().get(2).keyFrame());
        assertFalse(clip.frames().get(1).keyFrame());
        var head = OggPages.littleEndian(Files.readAllBytes(file));
        assertEquals(160, head.getShort(12));
        assertEquals(90, head.getShort(14));
        assertEquals(30_000, head.getInt(24), "its length, the last step repeated");
    }

    @Test
    void soundComesBackAndWhatIsMissingIsFilled() throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var writer = new OggOpusWriter(bytes, 7, 2)) {
            writer.write(opus(80), 960);
            writer.write(opus(600), 1920); // three segments
            writer.write(opus(255), 4800); // two are missing before it
        }
        var clip = read(bytes.toByteArray());
        assertEquals("opus", clip.codec());
        assertEquals(48_000, clip.clockRate());
        assertEquals(5 * 960, clip.duration());
        assertArrayEquals(
                new int[] {80, 600, 1, 1, 255},
                clip.frames().stream().mapToInt(frame -> frame.data().length).toArray());
        assertArrayEquals(opus(255), clip.frames().getLast().data());
        assertArrayEquals(new byte[] {(byte) 0xF8}, clip.frames().get(2).data());
    }

    @Test
    void aMinuteOfSoundTakesManyPages() throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var writer = new OggOpusWriter(bytes, 7, 1)) {
            for (int i = 0; i < 3_000; i++) {
                writer.write(opus(100 + i % 500), i * 960);
            }
        }
        var clip = read(bytes.toByteArray());
        assertEquals(3_000, clip.frames().size());
        for (int i = 0; i < 3_000; i++) {
            assertEquals(100 + i % 500, clip.frames().get(i).data().length);
        }
    }

    @Test
    void theChecksumIsThatOfOthers() {
        assertEquals(
                OggPages.littleEndian(FIRST_PAGE).getInt(OggPages.CHECKSUM),
                OggPages.checksum(FIRST_PAGE, 0, FIRST_PAGE.length));
    }

    @ParameterizedTest
    @ValueSource(ints = {20, 60, 150})
    void aFileWithADamagedByteIsRefused(int at) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var writer = new OggOpusWriter(bytes, 7, 1)) {
            writer.write(opus(80), 0);
        }
        var damaged = bytes.toByteArray();
        damaged[at] ^= 1;
        assertThrows(IOException.class, () -> read(damaged));
    }

    @Test
    void filesThatAreCutOffAreRefusedWhereverThatIs() throws IOException {
        var sound = new ByteArrayOutputStream();
        try (var writer = new OggOpusWriter(sound, 7, 1)) {
            writer.write(opus(80), 0);
        }
        var file = folder.resolve("1.ivf");
        try (var writer = new IvfWriter(file, "VP9")) {
            writer.write(new byte[] {(byte) 0x82, 1, 2}, 0, true);
            writer.write(new byte[] {(byte) 0x86, 1, 2}, 3_000, false);
        }
        assertEquals(2, Clip.read(file).frames().size());
        for (var whole : new byte[][] {sound.toByteArray(), Files.readAllBytes(file)}) {
            for (int length = 0; length < whole.length; length++) {
                var cut = Arrays.copyOf(whole, length);
                assertThrows(IOException.class, () -> read(cut), () -> cut.length + " bytes");
            }
        }
    }

    private Clip read(byte[] bytes) throws IOException {
        return Clip.read(Files.write(folder.resolve("clip"), bytes));
    }
}
