package dev.stoa.example.room;

import dev.stoa.client.FrameWriter;
import dev.stoa.client.RoomClient;
import dev.stoa.client.RoomEvent;
import dev.stoa.rtp.EncodedFrame;
import dev.stoa.sdp.NegotiatedCodec;
import dev.stoa.signaling.Slot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Saves what one participant receives: a file for each slot and whom it carries, begun anew when that changes. Files are
 * named by numbers; received.tsv, a line for each, says what is in them.
 *
 * <p>Calling contract: {@link #handle} on the host's thread; files are written by the executor, one task at a time.
 */
final class Recording {
    private final Path folder;
    private final Executor disk;
    private final Map<String, Track> tracks = new HashMap<>();
    private int files;

    /** What is written, and to what; the writer is the disk's business. */
    private static final class Track {
        final Slot slot;
        final NegotiatedCodec codec;
        final Path file;
        final String description;

        @Nullable FrameWriter writer;

        Track(Slot slot, NegotiatedCodec codec, Path file, String name) {
            this.slot = slot;
            this.codec = codec;
            this.file = file;
            this.description = String.join(
                    "\t",
                    file.getFileName().toString(),
                    slot.participant(),
                    name,
                    slot.source().wireName(),
                    codec.name());
        }
    }

    private Recording(Path folder, Executor disk) {
        this.folder = folder;
        this.disk = disk;
    }

    /** @param disk runs one task after the other */
    static Recording into(Path folder, Executor disk) throws IOException {
        Files.createDirectories(folder);
        return new Recording(folder, disk);
    }

    void handle(long now, RoomClient client, RoomEvent.Frame came) {
        var codec = came.receiver().codec();
        if (came.slot().isEmpty() || codec.isEmpty()) {
            return;
        }
        var slot = came.slot().get();
        var track = tracks.get(came.mid());
        if (track == null
                || !track.slot.equals(slot)
                || !track.codec.is(codec.get().name())) {
            if (!came.frame().keyFrame()) {
                // Nobody could decode what begins with another one.
                came.receiver().sendKeyFrameRequest(now);
                return;
            }
            if (track != null) {
                end(track);
            }
            var name =
                    client.other(slot.participant()).map(other -> other.name()).orElse("");
            track = begin(slot, codec.get(), name);
            tracks.put(came.mid(), track);
        }
        var to = track;
        disk.execute(() -> write(to, came.frame()));
    }

    private Track begin(Slot slot, NegotiatedCodec codec, String name) {
        var file = folder.resolve(++files + "." + FrameWriter.extension(codec));
        return new Track(slot, codec, file, name);
    }

    private static void write(Track track, EncodedFrame frame) {
        try {
            var writer = track.writer;
            if (writer == null) {
                writer = FrameWriter.create(track.file, track.codec);
                track.writer = writer;
            }
            writer.write(frame);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void end(Track track) {
        disk.execute(() -> {
            try {
                if (track.writer != null) {
                    track.writer.close();
                }
                Files.writeString(
                        folder.resolve("received.tsv"),
                        track.description + "\n",
                        StandardOpenOption.CREATE,
                        StandardOpenOption.APPEND);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /** After the last frame. */
    void close() {
        tracks.values().forEach(this::end);
        tracks.clear();
    }
}
