package dev.stoa.foreign;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.onvoid.webrtc.CreateSessionDescriptionObserver;
import dev.onvoid.webrtc.PeerConnectionFactory;
import dev.onvoid.webrtc.PeerConnectionObserver;
import dev.onvoid.webrtc.RTCConfiguration;
import dev.onvoid.webrtc.RTCIceCandidate;
import dev.onvoid.webrtc.RTCOfferOptions;
import dev.onvoid.webrtc.RTCPeerConnection;
import dev.onvoid.webrtc.RTCPeerConnectionState;
import dev.onvoid.webrtc.RTCRtpTransceiver;
import dev.onvoid.webrtc.RTCRtpTransceiverDirection;
import dev.onvoid.webrtc.RTCRtpTransceiverInit;
import dev.onvoid.webrtc.RTCSdpType;
import dev.onvoid.webrtc.RTCSessionDescription;
import dev.onvoid.webrtc.RTCStats;
import dev.onvoid.webrtc.RTCStatsType;
import dev.onvoid.webrtc.SetSessionDescriptionObserver;
import dev.onvoid.webrtc.media.MediaStreamTrack;
import dev.onvoid.webrtc.media.audio.AudioDeviceModule;
import dev.onvoid.webrtc.media.audio.AudioLayer;
import dev.onvoid.webrtc.media.audio.CustomAudioSource;
import dev.onvoid.webrtc.media.video.CustomVideoSource;
import dev.onvoid.webrtc.media.video.VideoTrack;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * A participant whose WebRTC is libwebrtc, by webrtc-java. Its argument is a JSON object: url, room, name, video (a .y4m),
 * audio (a .wav), audioSlots, videoSlots. Writes what happens like gstreamer-peer.py, whose words it speaks, and leaves like it;
 * it judges nothing.
 */
public final class WebrtcJavaPeer implements PeerConnectionObserver, WebSocket.Listener {
    static final ObjectMapper JSON = new ObjectMapper();

    private final JsonNode options;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final StringBuilder partial = new StringBuilder();
    private final Map<String, String> sources = new LinkedHashMap<>();
    // The sender that brings its own samples wants a device that is none, see AudioLayer.
    private final PeerConnectionFactory factory =
            new PeerConnectionFactory(new AudioDeviceModule(AudioLayer.kDummyAudio));
    private final CustomVideoSource pictures = new CustomVideoSource();
    private final CustomAudioSource sounds = new CustomAudioSource();
    private final RTCPeerConnection connection;
    private CompletableFuture<WebSocket> socket = new CompletableFuture<>();
    private String serverInstance = "";
    private int number;

    private WebrtcJavaPeer(JsonNode options) {
        this.options = options;
        this.connection = factory.createPeerConnection(new RTCConfiguration(), this);
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        new WebrtcJavaPeer(JSON.readTree(arguments[0])).run();
        // Threads of libwebrtc may still be at work; there is nothing left to lose.
        Runtime.getRuntime().halt(0);
    }

    private void run() throws IOException, InterruptedException {
        add("microphone", factory.createAudioTrack("microphone", sounds));
        add("camera", factory.createVideoTrack("camera", pictures));
        for (int i = 0; i < options.get("audioSlots").asInt(); i++) {
            slot(factory.createAudioTrack("hears-" + i, new CustomAudioSource()));
        }
        for (int i = 0; i < options.get("videoSlots").asInt(); i++) {
            slot(factory.createVideoTrack("sees-" + i, new CustomVideoSource()));
        }
        var http = HttpClient.newHttpClient();
        socket = http.newWebSocketBuilder()
                .buildAsync(URI.create(options.get("url").asText()), this);
        var join = message("join");
        join.put("version", 1);
        join.put("room", options.get("room").asText());
        join.put("name", options.get("name").asText());
        join.put("instance", UUID.randomUUID().toString());
        join.put("topology", "sfu");
        join.putObject("media").put("microphone", true).put("camera", true).put("screen", false);
        tell(join);
        Feed.start(
                Path.of(options.get("video").asText()),
                pictures,
                Path.of(options.get("audio").asText()),
                sounds);
        Thread.ofVirtual().start(this::obey);
        ended.await();
        // Else its threads call a JVM that is going.
        connection.close();
    }

    private void add(String source, MediaStreamTrack track) {
        var init = new RTCRtpTransceiverInit();
        init.direction = RTCRtpTransceiverDirection.SEND_ONLY;
        init.streamIds = List.of("stream");
        connection.addTransceiver(track, init);
        sources.put(source, "");
    }

    /** A transceiver cannot be made without a track, but it need not send it. */
    private void slot(MediaStreamTrack track) {
        var init = new RTCRtpTransceiverInit();
        init.direction = RTCRtpTransceiverDirection.RECV_ONLY;
        connection.addTransceiver(track, init);
    }

    // Signaling

    private static ObjectNode message(String type) {
        return JSON.createObjectNode().put("type", type);
    }

    private synchronized void tell(ObjectNode message) {
        if (!message.get("type").asText().equals("join")) {
            message.put("n", ++number);
        }
        var text = message.toString();
        socket = socket.thenCompose(open -> open.sendText(text, true));
    }

    private void obey() {
        try (var input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            var line = input.readLine();
            while (line != null && !line.contains("\"leave\"")) {
                line = input.readLine();
            }
        } catch (IOException e) {
            say(message("error").put("text", String.valueOf(e)));
        }
        tell(message("leave"));
        end();
    }

    private synchronized void end() {
        socket = socket.thenCompose(open -> open.sendClose(WebSocket.NORMAL_CLOSURE, ""));
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
        partial.append(data);
        if (last) {
            var text = partial.toString();
            partial.setLength(0);
            try {
                handle(JSON.readTree(text));
            } catch (IOException e) {
                say(message("error").put("text", String.valueOf(e)));
            }
        }
        from.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
        say(message("closed").put("code", code).put("reason", reason));
        ended.countDown();
        return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
        say(message("error").put("text", String.valueOf(error)));
        ended.countDown();
    }

    private void handle(JsonNode heard) {
        say(message("signal").set("message", heard));
        switch (heard.get("type").asText()) {
            case "joined" -> {
                serverInstance = heard.get("server").get("instance").asText();
                offer();
            }
            case "answer" ->
                connection.setRemoteDescription(
                        new RTCSessionDescription(
                                RTCSdpType.ANSWER, heard.get("sdp").asText()),
                        new Done(() -> {}));
            default -> {
                // Scenarios hear it.
            }
        }
    }

    private void offer() {
        connection.createOffer(new RTCOfferOptions(), new CreateSessionDescriptionObserver() {
            @Override
            public void onSuccess(RTCSessionDescription offer) {
                connection.setLocalDescription(offer, new Done(() -> tellOffer(offer.sdp)));
            }

            @Override
            public void onFailure(String error) {
                say(message("error").put("text", error));
            }
        });
    }

    private void tellOffer(String sdp) {
        var offer = message("offer")
                .put("to", "server")
                .put("instance", serverInstance)
                .put("sdp", sdp);
        var named = offer.putObject("sources");
        var transceivers = connection.getTransceivers();
        int at = 0;
        for (var source : sources.keySet()) {
            named.put(transceivers[at++].getMid(), source);
        }
        say(message("offer").put("sdp", sdp));
        tell(offer);
    }

    private record Done(Runnable then) implements SetSessionDescriptionObserver {
        @Override
        public void onSuccess() {
            then.run();
        }

        @Override
        public void onFailure(String error) {
            say(message("error").put("text", error));
        }
    }

    // What libwebrtc tells, on threads of its own

    @Override
    public void onIceCandidate(RTCIceCandidate candidate) {
        // The server is ICE-lite: it learns addresses from the checks that reach it.
    }

    @Override
    public void onConnectionChange(RTCPeerConnectionState state) {
        if (state == RTCPeerConnectionState.CONNECTED) {
            connection.getStats(report -> {
                var connected = message("connected");
                var transports = connected.putArray("transport");
                report.getStats().values().stream()
                        .filter(stats -> stats.getType() == RTCStatsType.TRANSPORT)
                        .forEach(stats -> transports.addObject().put("srtp", srtp(stats)));
                say(connected);
            });
        } else if (state == RTCPeerConnectionState.FAILED) {
            say(message("error").put("text", "the connection with the server failed"));
        }
    }

    private static String srtp(RTCStats transport) {
        return String.valueOf(transport.getAttributes().get("srtpCipher"));
    }

    @Override
    public void onTrack(RTCRtpTransceiver transceiver) {
        var mid = transceiver.getMid();
        var track = transceiver.getReceiver().getTrack();
        if (track instanceof VideoTrack video) {
            video.addSink(frame -> say(Pictures.describe(message("frame").put("mid", mid), frame)));
        }
    }

    static synchronized void say(JsonNode what) {
        System.out.println(what);
        System.out.flush();
    }
}
