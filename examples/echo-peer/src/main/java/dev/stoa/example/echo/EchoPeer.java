package dev.stoa.example.echo;

import dev.stoa.peer.Description;
import dev.stoa.peer.PeerConnection;
import dev.stoa.peer.PeerConnectionState;
import dev.stoa.peer.PeerEvent;
import dev.stoa.peer.PeerHost;
import dev.stoa.sctp.DataChannelEvent;
import dev.stoa.sctp.DataChannelInit;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;

/**
 * The smallest useful peer: takes an offer on its standard input, a line with a dot behind it, answers it on its standard
 * output in the same way, and sends back whatever comes by data channels. It opens one of its own and says hello.
 */
public final class EchoPeer {
    private static final String END = ".";

    private final CountDownLatch ended = new CountDownLatch(1);

    private EchoPeer() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        new EchoPeer().run(readOffer());
    }

    private void run(String offer) throws IOException, InterruptedException {
        try (var host = PeerHost.open(Throwable::printStackTrace)) {
            host.connect(this::handle, (now, connection) -> {
                        connection.setRemoteDescription(now, Description.offer(offer));
                        var answer = connection.setLocalDescription(now);
                        System.out.println(answer.sdp() + END);
                    })
                    .join();
            ended.await();
        }
    }

    private void handle(long now, PeerConnection connection, PeerEvent event) {
        switch (event) {
            case PeerEvent.ConnectionStateChange(var state) -> {
                if (state == PeerConnectionState.CONNECTED) {
                    connection.createDataChannel(now, "greeting", DataChannelInit.RELIABLE);
                } else if (state == PeerConnectionState.CLOSED || state == PeerConnectionState.FAILED) {
                    ended.countDown();
                }
            }
            case PeerEvent.Data(DataChannelEvent.Opened(var channel)) -> channel.send(now, "hello");
            case PeerEvent.Data(DataChannelEvent.Text(var channel, var text)) -> channel.send(now, text);
            case PeerEvent.Data(DataChannelEvent.Binary(var channel, var bytes)) -> channel.send(now, bytes);
            default -> {
                // Nothing else concerns an echo.
            }
        }
    }

    private static String readOffer() throws IOException {
        var offer = new StringBuilder();
        var input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (var line = input.readLine(); line != null && !line.equals(END); line = input.readLine()) {
            offer.append(line).append("\r\n");
        }
        return offer.toString();
    }
}
