package dev.stoa.example.room;

import dev.stoa.client.Clip;
import dev.stoa.client.RoomClient;
import dev.stoa.client.RoomEvent;
import dev.stoa.client.RoomOptions;
import dev.stoa.peer.PeerConnectionState;
import dev.stoa.peer.PeerHost;
import dev.stoa.signaling.SourceKind;
import java.io.IOException;
import java.net.http.HttpClient;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Joins a room of a Stoa server, as one participant or as many; plays prepared clips and saves what it receives.
 * {@code --help} says how.
 */
public final class RoomPeer {
    private static final int LEAVE_SECONDS = 5;
    private static final int USAGE = 2;

    private final Options options;
    private final PeerHost host;
    private final HttpClient http;
    private final ExecutorService disk = Executors.newSingleThreadExecutor();
    private final List<Participant> participants = new ArrayList<>();
    private final CountDownLatch ended;

    /** One that this program is, with what it plays. */
    private record Participant(String name, List<Clip> clips, Optional<Integer> level, Optional<Recording> recording) {}

    private RoomPeer(Options options, PeerHost host, HttpClient http) throws IOException {
        this.options = options;
        this.host = host;
        this.http = http;
        this.ended = new CountDownLatch(options.count());
        var read = new HashMap<String, Clip>();
        for (int n = 0; n < options.count(); n++) {
            participants.add(participant(n, read));
        }
    }

    public static void main(String[] arguments) throws InterruptedException {
        var options = Options.parse(arguments);
        if (options.isEmpty()) {
            System.err.print(Options.USAGE);
            System.exit(USAGE);
            return;
        }
        try (var host = PeerHost.open(Throwable::printStackTrace);
                var http = HttpClient.newHttpClient()) {
            new RoomPeer(options.get(), host, http).run();
        } catch (IOException e) {
            System.err.println("room-peer: " + e);
            System.exit(1);
        }
    }

    private Participant participant(int n, Map<String, Clip> read) throws IOException {
        var clips = new ArrayList<Clip>();
        if (!options.play().isEmpty()) {
            for (var file : options.play().get(n % options.play().size())) {
                var known = read.get(file.toString());
                var clip = known == null ? Clip.read(file) : known;
                read.put(file.toString(), clip);
                clips.add(clip);
            }
        }
        var level = options.level().isEmpty()
                ? Optional.<Integer>empty()
                : Optional.of(options.level().get(n % options.level().size()));
        Optional<Recording> recording = options.save().isEmpty()
                ? Optional.empty()
                : Optional.of(Recording.into(options.save().get().resolve(Integer.toString(n + 1)), disk));
        return new Participant(options.name(n), clips, level, recording);
    }

    private void run() throws IOException, InterruptedException {
        if (options.awaitsInput()) {
            say("ready", "");
            System.in.read();
        }
        var clients = participants.stream().map(this::join).toList();
        if (options.seconds() > 0) {
            ended.await(options.seconds(), TimeUnit.SECONDS);
        } else {
            // Until the one who started it closes the standard input.
            Thread.ofVirtual().start(() -> endOfInput(clients));
            ended.await();
        }
        clients.forEach(RoomClient::close);
        ended.await(LEAVE_SECONDS, TimeUnit.SECONDS);
        for (var participant : participants) {
            participant.recording.ifPresent(Recording::close);
        }
        disk.close();
    }

    private static void endOfInput(List<RoomClient> clients) {
        try {
            while (System.in.read() >= 0) {
                // What is said does not matter.
            }
        } catch (IOException e) {
            // It is closed.
        }
        clients.forEach(RoomClient::close);
    }

    private RoomClient join(Participant participant) {
        var joining = RoomOptions.of(options.address(), participant.name);
        for (var clip : participant.clips) {
            joining = joining.sending(sourceOf(clip), clip.codec());
        }
        return RoomClient.join(host, http, joining, (now, client, event) -> handle(now, client, event, participant));
    }

    private static SourceKind sourceOf(Clip clip) {
        return clip.codec().equals("opus") ? SourceKind.MICROPHONE : SourceKind.CAMERA;
    }

    private void handle(long now, RoomClient client, RoomEvent event, Participant participant) {
        switch (event) {
            case RoomEvent.Joined(var id, var others) -> {
                say(participant.name, "joined as " + id);
                others.forEach(other -> say(participant.name, "sees " + other.name()));
            }
            case RoomEvent.ConnectionStateChange(var state) -> {
                say(participant.name, "connection " + state);
                if (state == PeerConnectionState.CONNECTED) {
                    begin(now, client, participant);
                }
            }
            case RoomEvent.Frame frame ->
                participant.recording.ifPresent(recording -> recording.handle(now, client, frame));
            case RoomEvent.SlotsChanged(var slots) -> say(participant.name, "slots " + slots.size());
            case RoomEvent.KeyFrameRequested(var source) -> say(participant.name, "key frame of " + source.wireName());
            case RoomEvent.Chat chat -> say(participant.name, chat.name() + " writes: " + chat.text());
            case RoomEvent.ParticipantJoined(var other) -> say(participant.name, "sees " + other.name());
            case RoomEvent.Ended(var reason) -> {
                say(participant.name, "ended: " + reason);
                ended.countDown();
            }
            case RoomEvent.ParticipantUpdated _, RoomEvent.ParticipantLeft _ -> {}
        }
    }

    private static void begin(long now, RoomClient client, Participant participant) {
        participant.level.ifPresent(
                level -> client.sender(SourceKind.MICROPHONE).ifPresent(sender -> sender.setAudioLevel(true, level)));
        for (var clip : participant.clips) {
            client.play(now, sourceOf(clip), clip);
        }
    }

    private static void say(String who, String what) {
        System.out.println(System.currentTimeMillis() + " " + who + ": " + what);
    }
}
