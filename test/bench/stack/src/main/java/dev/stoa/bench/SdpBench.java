package dev.stoa.bench;

import dev.stoa.sdp.AnswerResult;
import dev.stoa.sdp.Capabilities;
import dev.stoa.sdp.Direction;
import dev.stoa.sdp.Fingerprint;
import dev.stoa.sdp.Jsep;
import dev.stoa.sdp.LocalParameters;
import dev.stoa.sdp.MediaKind;
import dev.stoa.sdp.Origin;
import dev.stoa.sdp.ParseResult;
import dev.stoa.sdp.SectionAnswer;
import dev.stoa.sdp.SendTrack;
import dev.stoa.sdp.SessionDescription;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** From the text of an offer that Chromium wrote to the text of the server's answer. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 400, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 1, time = 700, timeUnit = TimeUnit.MILLISECONDS)
public class SdpBench {
    private static final String OFFER = "rtc/sdp/src/test/resources/offers/chromium-audio-video-data.sdp";
    private static final LocalParameters LOCAL = LocalParameters.server(
            Origin.of(4711, 1),
            "serverfrag",
            "serverpasswordserverpassword",
            new Fingerprint("sha-256", "AA:".repeat(31) + "AA"),
            List.of("1 1 udp 2130706431 192.0.2.10 7881 typ host"));

    private String offer = "";

    /** It runs in the root of the repository. */
    @Setup
    public void read() throws IOException {
        offer = Files.readString(Path.of(OFFER));
    }

    @Benchmark
    public String answer() {
        if (SessionDescription.parse(offer) instanceof ParseResult.Parsed(var description)
                && Jsep.answer(description, LOCAL, decisions(description))
                        instanceof AnswerResult.Answered(var answer, var _)) {
            return answer.write();
        }
        throw new IllegalStateException("an offer of Chromium's is answered");
    }

    private static List<SectionAnswer> decisions(SessionDescription description) {
        var decisions = new ArrayList<SectionAnswer>();
        for (var section : description.media()) {
            var capabilities = section.kind() == MediaKind.AUDIO ? Capabilities.AUDIO : Capabilities.VIDEO;
            if (section.isData()) {
                decisions.add(new SectionAnswer.AcceptData(5000, 262_144));
            } else if (description.directionOf(section) == Direction.RECVONLY) {
                var track = new SendTrack("slot", "track", 1000, OptionalLong.of(2000), "stoa");
                decisions.add(SectionAnswer.Accept.send(capabilities, track));
            } else {
                decisions.add(SectionAnswer.Accept.receive(capabilities));
            }
        }
        return decisions;
    }
}
