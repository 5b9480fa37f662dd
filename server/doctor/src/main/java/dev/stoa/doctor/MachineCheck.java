package dev.stoa.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Limits that the operating system sets on the server; Linux tells them in files. */
final class MachineCheck {
    /** One for each connection, and some more for each participant. */
    private static final long ENOUGH_FILES = 4096;
    /** What the media loop asks the kernel for. */
    private static final long WANTED_BUFFER = 4L << 20;

    private static final Pattern OPEN_FILES = Pattern.compile("Max open files\\s+\\S+\\s+(\\S+)");

    private MachineCheck() {}

    /** Where the files are: {@code /proc}, or a copy of it. */
    static List<Finding> examine(Path proc) {
        var findings = new ArrayList<Finding>();
        read(proc.resolve("self/limits"))
                .ifPresent(text -> files(text).ifPresent(limit -> findings.add(fileLimit(limit))));
        var receive = number(proc.resolve("sys/net/core/rmem_max"));
        var send = number(proc.resolve("sys/net/core/wmem_max"));
        if (receive.isPresent() && send.isPresent()) {
            findings.add(buffers(receive.getAsLong(), send.getAsLong()));
        }
        return findings;
    }

    private static Finding fileLimit(long limit) {
        return limit < ENOUGH_FILES
                ? Finding.warning(
                        "open-files",
                        "at most " + limit + " open files, which is about as many connections",
                        "raise it: `ulimit -n 65536` before the start, or LimitNOFILE=65536 in a systemd unit")
                : Finding.ok("open-files", "at most " + limit);
    }

    private static Finding buffers(long receive, long send) {
        if (Math.min(receive, send) >= WANTED_BUFFER) {
            return Finding.ok("buffers", "rmem_max " + receive + ", wmem_max " + send);
        }
        return Finding.warning(
                "buffers",
                "rmem_max " + receive + ", wmem_max " + send + ": large rooms lose packets in bursts",
                "sysctl -w net.core.rmem_max=" + WANTED_BUFFER + " net.core.wmem_max=" + WANTED_BUFFER
                        + ", and the same in /etc/sysctl.d/stoa.conf");
    }

    /** The hard limit: the JVM raises its own to it. */
    private static OptionalLong files(String limits) {
        var matcher = OPEN_FILES.matcher(limits);
        if (!matcher.find()) {
            return OptionalLong.empty();
        }
        return matcher.group(1).equals("unlimited")
                ? OptionalLong.of(Long.MAX_VALUE)
                : OptionalLong.of(Long.parseLong(matcher.group(1)));
    }

    private static OptionalLong number(Path file) {
        var text = read(file);
        return text.isPresent() && text.get().matches("\\d{1,18}")
                ? OptionalLong.of(Long.parseLong(text.get()))
                : OptionalLong.empty();
    }

    private static Optional<String> read(Path file) {
        // Not readString: it begins with one byte, and a file below /proc/sys gives nothing after the first read.
        try (var lines = Files.newBufferedReader(file)) {
            return Optional.of(lines.lines().collect(Collectors.joining("\n")).strip());
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
