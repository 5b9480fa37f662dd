package dev.stoa.example.room;

import dev.stoa.client.RoomAddress;
import dev.stoa.rtp.AudioLevel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * The command line.
 *
 * @param play the files of each participant, taken in turn
 * @param level of each participant's sound, in -dBov, taken in turn
 * @param seconds how long to stay; 0 until the standard input ends
 * @param awaitsInput whether to join only when a line comes
 */
record Options(
        RoomAddress address,
        String name,
        List<List<Path>> play,
        List<Integer> level,
        Optional<Path> save,
        int count,
        int seconds,
        boolean awaitsInput) {
    static final String USAGE = """
            room-peer --url http://localhost:8080/r/ROOM [options]
              --name NAME        as the others see it; with --count a number follows
              --play FILE,FILE   a video (IVF with VP8 or VP9), a sound (Ogg with Opus), or both; again and again.
                                 Given more than once: the participants take them in turn
              --level N          how loud the sound is said to be, 0 (loudest) to 127, in -dBov; more than once as well
              --save FOLDER      where what is received goes; received.tsv says what is what
              --count N          so many participants
              --seconds N        how long to stay; without it until the standard input ends
              --wait             joins when a line comes by the standard input
            """;

    /** Empty when it cannot be understood. */
    static Optional<Options> parse(String[] arguments) {
        var play = new ArrayList<List<Path>>();
        var level = new ArrayList<Integer>();
        Optional<RoomAddress> address = Optional.empty();
        Optional<Path> save = Optional.empty();
        var name = "Java";
        int count = 1;
        int seconds = 0;
        boolean awaitsInput = false;
        try {
            var rest = Arrays.asList(arguments).iterator();
            while (rest.hasNext()) {
                switch (rest.next()) {
                    case "--url" -> address = Optional.of(RoomAddress.ofLink(rest.next()));
                    case "--name" -> name = rest.next();
                    case "--play" ->
                        play.add(Arrays.stream(rest.next().split(",", -1))
                                .map(Path::of)
                                .toList());
                    case "--level" -> level.add(Integer.valueOf(rest.next()));
                    case "--save" -> save = Optional.of(Path.of(rest.next()));
                    case "--count" -> count = Integer.parseInt(rest.next());
                    case "--seconds" -> seconds = Integer.parseInt(rest.next());
                    case "--wait" -> awaitsInput = true;
                    default -> {
                        return Optional.empty();
                    }
                }
            }
        } catch (NoSuchElementException | IllegalArgumentException e) {
            return Optional.empty();
        }
        if (address.isEmpty() || count < 1 || level.stream().anyMatch(each -> each < 0 || each > AudioLevel.SILENCE)) {
            return Optional.empty();
        }
        return Optional.of(new Options(address.get(), name, play, level, save, count, seconds, awaitsInput));
    }

    String name(int n) {
        return count == 1 ? name : name + " " + (n + 1);
    }
}
