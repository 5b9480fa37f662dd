package dev.stoa.client;

import dev.stoa.rtp.EncodedFrame;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;

/** Writes encoded frames to an IVF file; times are those of RTP, so that what was lost is missing and nothing shifts. */
public final class IvfWriter implements FrameWriter {
    private final FileChannel file;
    private final String codec;
    private final ByteBuffer frameHead =
            ByteBuffer.allocate(IvfReader.FRAME_HEAD).order(ByteOrder.LITTLE_ENDIAN);
    private int width;
    private int height;
    private boolean begun;
    private int lastTimestamp;
    private int lastStep;
    private long time;

    /** @param codec as SDP names it: VP8, VP9, H264 or AV1 */
    public IvfWriter(Path path, String codec) throws IOException {
        this.codec = codec.toUpperCase(Locale.ROOT);
        this.file = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        writeHead();
    }

    @Override
    public void write(EncodedFrame frame) throws IOException {
        write(frame.data(), frame.timestamp(), frame.keyFrame());
    }

    void write(byte[] frame, int timestamp, boolean keyFrame) throws IOException {
        if (begun) {
            lastStep = timestamp - lastTimestamp;
            time += lastStep;
        }
        begun = true;
        lastTimestamp = timestamp;
        if (keyFrame && width == 0) {
            readSize(frame);
        }
        frameHead.clear().putInt(frame.length).putLong(time).flip();
        writeAll(frameHead);
        writeAll(ByteBuffer.wrap(frame));
    }

    /** The first key frame says it in VP8 (RFC 6386, 9.1); decoders of the others find it themselves. */
    private void readSize(byte[] frame) {
        if (codec.equals("VP8") && frame.length >= 10) {
            var in = ByteBuffer.wrap(frame).order(ByteOrder.LITTLE_ENDIAN);
            width = in.getShort(6) & 0x3FFF;
            height = in.getShort(8) & 0x3FFF;
        }
    }

    private void writeHead() throws IOException {
        var head = ByteBuffer.allocate(IvfReader.HEAD).order(ByteOrder.LITTLE_ENDIAN);
        head.put("DKIF".getBytes(StandardCharsets.US_ASCII));
        head.putShort((short) 0).putShort((short) IvfReader.HEAD);
        head.put(fourcc().getBytes(StandardCharsets.US_ASCII));
        head.putShort((short) width).putShort((short) height);
        // The length in units of time, as readers take it; with a unit for each frame it is their number.
        head.putInt(IvfReader.VIDEO_CLOCK)
                .putInt(1)
                .putInt((int) (time + lastStep))
                .putInt(0)
                .flip();
        writeAll(head);
    }

    private String fourcc() {
        return switch (codec) {
            case "VP8" -> "VP80";
            case "VP9" -> "VP90";
            case "H264" -> "H264";
            case "AV1" -> "AV01";
            default -> throw new IllegalArgumentException("IVF has no " + codec);
        };
    }

    private void writeAll(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            file.write(bytes);
        }
    }

    /** Writes the head again, with what is known now. */
    @Override
    public void close() throws IOException {
        try (file) {
            file.position(0);
            writeHead();
        }
    }
}
