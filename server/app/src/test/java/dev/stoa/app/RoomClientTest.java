package dev.stoa.app;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.client.Clip;
import dev.stoa.client.RoomAddress;
import dev.stoa.client.RoomClient;
import dev.stoa.client.RoomEvent;
import dev.stoa.client.RoomOptions;
import dev.stoa.peer.PeerConnectionState;
import dev.stoa.peer.PeerHost;
import dev.stoa.signaling.Media;
import dev.stoa.signaling.SourceKind;
import dev.stoa.wire.TransportAddress;
import io.vertx.core.Promise;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Participants in Java and a whole server, over real sockets. */
class RoomClientTest {
    @TempDir
    private Path dataDirectory;

    private final Queue<Throwable> faults = new ConcurrentLinkedQueue<>();
    private TestServer server;
    private PeerHost host;
    private HttpClient http;

    /** A participant, and what it was told. */
    private final class Person {
        final BlockingQueue<RoomEvent> events = new LinkedBlockingQueue<>();
        final RoomClient client;

        Person(RoomOptions options) {
            client = RoomClient.join(host, http, options, (_, _, event) -> events.add(event));
        }

        /** The next event of a type that is as wanted; others are passed over. */
        <T extends RoomEvent> T await(Class<T> type, Predicate<T> wanted) throws InterruptedException {
            long end = System.nanoTime() + TestServer.PATIENCE.toNanos();
            while (true) {
                var event = events.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
                assertNotNull(event, () -> "no " + type.getSimpleName() + "; faults: " + faults);
                if (type.isInstance(event) && wanted.test(type.cast(event))) {
                    return type.cast(event);
                }
            }
        }

        Person connected() throws InterruptedException {
            await(RoomEvent.ConnectionStateChange.class, event -> event.state() == PeerConnectionState.CONNECTED);
            return this;
        }

        void play(SourceKind source, Clip clip) {
            host.post(now -> client.play(now, source, clip));
        }
    }

    @BeforeEach
    void start() throws UserError, IOException {
        server = TestServer.start(dataDirectory, "--media-port", "0");
        host = PeerHost.open(List.of(TransportAddress.of("127.0.0.1", 0)), faults::add);
        http = HttpClient.newHttpClient();
    }

    @AfterEach
    void stop() throws IOException {
        host.close();
        http.close();
        server.close();
        assertTrue(faults.isEmpty(), faults::toString);
    }

    private RoomOptions options(String name) {
        return RoomOptions.of(RoomAddress.ofLink(server.origin() + "/r/agora"), name);
    }

    private RoomOptions speaking(String name) {
        return options(name).sending(SourceKind.MICROPHONE, "opus").sending(SourceKind.CAMERA, "VP8");
    }

    /** Shaped as a packetizer wants it (RFC 6386, 9.1), of several packets; the third byte and those from the 11th on say which. */
    private static byte[] picture(int number) {
        var frame = new byte[3_000];
        Arrays.fill(frame, (byte) number);
        frame[0] = (byte) (number == 0 ? 0x10 : 0x11);
        if (number == 0) {
            System.arraycopy(new byte[] {(byte) 0x9D, 0x01, 0x2A, (byte) 160, 0, 90, 0}, 0, frame, 3, 7);
        }
        return frame;
    }

    /** 50 pictures, 20 ms apart, of which the first is a key frame. */
    private static Clip pictures() {
        var frames = new ArrayList<Clip.Frame>();
        for (int i = 0; i < 50; i++) {
            frames.add(new Clip.Frame(picture(i), i * 1_800L, i == 0));
        }
        return new Clip("VP8", 90_000, frames, 50 * 1_800);
    }

    /** CELT, 20 ms a packet (RFC 6716, 3.1). */
    private static Clip sound(int number) {
        var packet = new byte[60];
        Arrays.fill(packet, (byte) number);
        packet[0] = (byte) 0xF8;
        return new Clip("opus", 48_000, List.of(new Clip.Frame(packet, 0, true)), 960);
    }

    @Test
    void whatOnePlaysComesToTheOtherInSlotsThatSayWhoseItIs() throws InterruptedException {
        var ada = new Person(speaking("Ada")).connected();
        ada.play(SourceKind.CAMERA, pictures());
        ada.play(SourceKind.MICROPHONE, sound(7));
        var boris = new Person(options("Boris"));
        var joined = boris.await(RoomEvent.Joined.class, _ -> true);
        assertEquals("Ada", joined.others().getFirst().name());
        assertEquals(new Media(true, true, false), joined.others().getFirst().media());
        var id = joined.others().getFirst().id();

        var first = boris.await(RoomEvent.Frame.class, frame -> is(frame, SourceKind.CAMERA));
        assertArrayEquals(picture(0), first.frame().data(), "it begins with the key frame that was asked for");
        assertEquals(id, first.slot().orElseThrow().participant());
        var second = boris.await(RoomEvent.Frame.class, frame -> is(frame, SourceKind.CAMERA));
        assertArrayEquals(picture(1), second.frame().data());
        assertEquals(1_800, second.frame().timestamp() - first.frame().timestamp());
        var heard = boris.await(RoomEvent.Frame.class, frame -> is(frame, SourceKind.MICROPHONE));
        assertArrayEquals(sound(7).frames().getFirst().data(), heard.frame().data());
        ada.await(RoomEvent.KeyFrameRequested.class, request -> request.source() == SourceKind.CAMERA);
    }

    private static boolean is(RoomEvent.Frame frame, SourceKind source) {
        return frame.slot().filter(slot -> slot.source() == source).isPresent();
    }

    @Test
    void aKeyFrameComesWhenTheReceiverWantsOne() throws InterruptedException {
        var ada = new Person(speaking("Ada")).connected();
        ada.play(SourceKind.CAMERA, pictures());
        var boris = new Person(options("Boris"));
        boris.await(RoomEvent.Frame.class, frame -> frame.frame().keyFrame() && is(frame, SourceKind.CAMERA));
        var later = boris.await(RoomEvent.Frame.class, frame -> frame.frame().data()[20] == 30);
        host.post(later.receiver()::sendKeyFrameRequest);
        int before = 30;
        while (true) {
            var next = boris.await(RoomEvent.Frame.class, frame -> is(frame, SourceKind.CAMERA));
            if (next.frame().keyFrame()) {
                break;
            }
            before = next.frame().data()[20];
        }
        assertTrue(before < 49, "not when the clip begins again by itself");
    }

    @Test
    void thereAreSlotsForAllWhenTheRoomGrows() throws InterruptedException {
        var ada = new Person(options("Ada")).connected();
        for (int n = 0; n < 6; n++) {
            new Person(speaking("P" + n));
        }
        ada.await(RoomEvent.SlotsChanged.class, event -> event.slots().size() == 6 + RoomOptions.SOUND_SLOTS);
    }

    @Test
    void othersHearOfMediaAndWords() throws InterruptedException {
        var ada = new Person(speaking("Ada")).connected();
        var boris = new Person(options("Boris")).connected();
        host.post(_ -> ada.client.setMedia(new Media(false, true, false)));
        var updated = boris.await(RoomEvent.ParticipantUpdated.class, _ -> true);
        assertEquals(new Media(false, true, false), updated.participant().media());
        host.post(_ -> ada.client.chat("grüezi"));
        var chat = boris.await(RoomEvent.Chat.class, _ -> true);
        assertEquals("Ada: grüezi", chat.name() + ": " + chat.text());
    }

    @Test
    void leavingIsTheEndAndTheOthersSeeIt() throws InterruptedException {
        var ada = new Person(options("Ada")).connected();
        var boris = new Person(options("Boris")).connected();
        ada.client.close();
        assertEquals("left", ada.await(RoomEvent.Ended.class, _ -> true).reason());
        assertEquals(
                "Ada",
                boris.await(RoomEvent.ParticipantLeft.class, _ -> true)
                        .participant()
                        .name());
    }

    @Test
    void whatEndsItIsSaid() throws InterruptedException {
        var nowhere = RoomOptions.of(RoomAddress.ofLink("http://127.0.0.1:1/r/agora"), "Ada");
        var reason = new Person(nowhere).await(RoomEvent.Ended.class, _ -> true).reason();
        assertTrue(reason.startsWith("cannot reach ws://127.0.0.1:1/ws"), reason);
        var nameless = new Person(options(" ")).await(RoomEvent.Ended.class, _ -> true);
        assertTrue(nameless.reason().startsWith("name-invalid: "), nameless.reason());
    }

    @Test
    void aRoomThatIsAMeshIsNotForThisClient() throws IOException, InterruptedException {
        var meshes = server.vertx().createWebSocketClient();
        var socket = TestServer.await(
                meshes.connect(server.server().state().httpPorts().getFirst(), "localhost", "/ws"));
        var joined = Promise.<String>promise();
        socket.textMessageHandler(joined::tryComplete);
        TestServer.await(socket.writeTextMessage("""
                {"type":"join","version":1,"room":"agora","name":"Mesh","instance":"i","topology":"mesh",
                "media":{"microphone":false,"camera":false,"screen":false}}"""));
        assertTrue(TestServer.await(joined.future()).contains("\"topology\":\"mesh\""));
        var ada = new Person(options("Ada"));
        var reason = ada.await(RoomEvent.Ended.class, _ -> true).reason();
        assertTrue(reason.startsWith("media does not go through the server"), reason);
        TestServer.await(meshes.close());
    }
}
