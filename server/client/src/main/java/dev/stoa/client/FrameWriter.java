package dev.stoa.client;

import dev.stoa.rtp.EncodedFrame;
import dev.stoa.sdp.NegotiatedCodec;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ThreadLocalRandom;

/** A file that takes the frames of one track. It waits for the disk: not on a host's thread. */
public sealed interface FrameWriter extends Closeable permits IvfWriter, OggOpusWriter {
    void write(EncodedFrame frame) throws IOException;

    /** What comes after the dot in the name of a file with this codec. */
    static String extension(NegotiatedCodec codec) {
        return codec.is("opus") ? "ogg" : "ivf";
    }

    /** @param file new */
    static FrameWriter create(Path file, NegotiatedCodec codec) throws IOException {
        if (!codec.is("opus")) {
            return new IvfWriter(file, codec.name());
        }
        var out = new BufferedOutputStream(
                Files.newOutputStream(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
        return new OggOpusWriter(out, ThreadLocalRandom.current().nextInt(), codec.channels());
    }
}
