package dev.stoa.fuzz;

import dev.stoa.sctp.DataChannel;
import dev.stoa.sctp.DataChannelEvent;
import dev.stoa.sctp.DataChannelInit;
import dev.stoa.sctp.DataChannelState;
import dev.stoa.sctp.Reliability;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Two ends and a network between them that loses, repeats, reorders and damages as the bytes say, while channels are made,
 * used and closed. Afterwards the network is good, and all that was promised has to come.
 */
final class SctpTarget implements FuzzTarget {
    @Override
    public void run(byte[] input) {
        new Call(new Choices(input)).run();
    }

    /** One direction of a channel: who sends, and the label that both sides know it by. */
    private record Flow(boolean fromClient, String label) {}

    private static final class Call {
        private static final int MAX_CHANNELS = 6;
        private static final int MAX_IN_FLIGHT = 200;
        private static final int MAX_MESSAGES = 300;
        private static final long MILLI = 1_000_000;

        private final Choices choices;
        private final SctpEnd client = new SctpEnd(1, true);
        private final SctpEnd server = new SctpEnd(2, false);
        private final List<byte[]> toServer = new ArrayList<>();
        private final List<byte[]> toClient = new ArrayList<>();
        private final Map<Flow, List<byte[]>> sent = new HashMap<>();
        private final Map<Flow, List<Integer>> received = new HashMap<>();
        private final Set<String> closed = new HashSet<>();
        private long now;
        private int channels;
        private int messages;
        private boolean isBroken;

        Call(Choices choices) {
            this.choices = choices;
        }

        void run() {
            carry();
            while (!choices.isOver()) {
                step(choices.u8());
                carry();
            }
            heal();
            checkAllCame();
        }

        private void step(int what) {
            boolean fromClient = (what & 0x80) != 0;
            var end = fromClient ? client : server;
            var network = fromClient ? toServer : toClient;
            switch (what & 0x1F) {
                case 0, 1, 2, 3, 4, 5 -> deliver(network, fromClient, 0);
                case 6, 7 -> deliver(network, fromClient, choices.u8());
                case 8 -> {
                    if (!network.isEmpty()) {
                        network.remove(choices.u8() % network.size());
                    }
                }
                case 9 -> network.clear();
                case 10 -> {
                    if (!network.isEmpty() && network.size() < MAX_IN_FLIGHT) {
                        network.add(network.get(choices.u8() % network.size()).clone());
                    }
                }
                case 11 -> {
                    if (!network.isEmpty()) {
                        var packet = network.get(choices.u8() % network.size());
                        packet[choices.u8() % packet.length] ^= (byte) (1 << choices.below(8));
                    }
                }
                case 12, 13, 14, 15 -> passTime(MILLI * choices.u8());
                case 16 -> passTime(100 * MILLI * choices.u8());
                case 17, 18 -> create(end);
                case 19 -> {
                    if (!end.known.isEmpty()) {
                        var channel = end.known.get(choices.u8() % end.known.size());
                        closed.add(channel.label());
                        channel.close();
                        end.drain(now);
                    }
                }
                case 20 -> {
                    while (!network.isEmpty()) {
                        deliver(network, fromClient, 0);
                        carry();
                    }
                }
                default -> send(end, fromClient);
            }
        }

        private void create(SctpEnd end) {
            if (channels >= MAX_CHANNELS || isBroken) {
                return;
            }
            var label = "channel " + channels++;
            int kind = choices.u8();
            int limit = choices.below(4) * (kind % 3 == 2 ? 50 : 1);
            var reliability = new Reliability(
                    (kind & 0x80) == 0,
                    kind % 3 == 1 ? OptionalInt.of(limit) : OptionalInt.empty(),
                    kind % 3 == 2 ? OptionalInt.of(limit) : OptionalInt.empty());
            try {
                end.known.add(end.channels.create(now, label, DataChannelInit.RELIABLE.withReliability(reliability)));
            } catch (IllegalStateException e) {
                isBroken = true; // it had no channel to tell of the end
            }
            end.drain(now);
        }

        private void send(SctpEnd end, boolean fromClient) {
            if (end.known.isEmpty() || messages >= MAX_MESSAGES) {
                return;
            }
            var channel = end.known.get(choices.u8() % end.known.size());
            if (channel.state() != DataChannelState.OPEN) {
                return;
            }
            messages++;
            var flow = sent.computeIfAbsent(new Flow(fromClient, channel.label()), _ -> new ArrayList<>());
            int size = choices.u8();
            var message = new byte[4 + (size < 200 ? size : (size - 199) * 300)];
            Arrays.fill(message, (byte) size);
            ByteBuffer.wrap(message).putInt(flow.size());
            flow.add(message);
            channel.send(now, message);
            end.drain(now);
        }

        private void deliver(List<byte[]> network, boolean toTheServer, int which) {
            if (!network.isEmpty()) {
                var packet = network.remove(which % network.size());
                (toTheServer ? server : client).handle(now, packet);
            }
        }

        private void passTime(long nanos) {
            now += nanos;
            client.passTime(now);
            server.passTime(now);
        }

        /** From the ends into the network, and from their events into the books. */
        private void carry() {
            for (var packet = client.outgoing.poll(); packet != null; packet = client.outgoing.poll()) {
                if (toServer.size() < MAX_IN_FLIGHT) {
                    toServer.add(packet);
                }
            }
            for (var packet = server.outgoing.poll(); packet != null; packet = server.outgoing.poll()) {
                if (toClient.size() < MAX_IN_FLIGHT) {
                    toClient.add(packet);
                }
            }
            client.events.forEach(event -> note(event, false));
            server.events.forEach(event -> note(event, true));
            client.events.clear();
            server.events.clear();
        }

        private void note(DataChannelEvent event, boolean fromClient) {
            switch (event) {
                case DataChannelEvent.Binary(var channel, var bytes) -> take(channel, bytes, fromClient);
                case DataChannelEvent.Text _ -> throw new AssertionError("broken: bytes are no text");
                case DataChannelEvent.Closed(var channel, boolean isFailure) -> {
                    closed.add(channel.label());
                    isBroken |= isFailure;
                }
                case DataChannelEvent.Announced _, DataChannelEvent.Opened _, DataChannelEvent.BufferedAmountLow _ -> {}
            }
        }

        private void take(DataChannel channel, byte[] bytes, boolean fromClient) {
            var flow = new Flow(fromClient, channel.label());
            var all = sent.getOrDefault(flow, List.of());
            int number = ByteBuffer.wrap(bytes).getInt();
            Promise.that(number >= 0 && number < all.size(), "no message comes that was not sent");
            Promise.that(Arrays.equals(all.get(number), bytes), "a message comes as it was sent");
            var before = received.computeIfAbsent(flow, _ -> new ArrayList<>());
            Promise.that(!before.contains(number), "no message comes twice");
            if (channel.reliability().ordered() && !before.isEmpty()) {
                Promise.that(number > before.getLast(), "ordered messages come in order");
            }
            if (channel.reliability().equals(Reliability.RELIABLE)) {
                Promise.that(number == before.size(), "reliable and ordered is one after the other");
            }
            before.add(number);
        }

        /** Ten milliseconds each way, nothing lost, until nothing is on its way. */
        private void heal() {
            for (int i = 0; i < 20_000; i++) {
                while (!toServer.isEmpty() || !toClient.isEmpty()) {
                    deliver(toServer, true, 0);
                    deliver(toClient, false, 0);
                    carry();
                }
                long next = Math.min(client.channels.nextTimeout(), server.channels.nextTimeout());
                if (next == Long.MAX_VALUE) {
                    return;
                }
                passTime(Math.max(0, next - now));
                carry();
            }
            throw new AssertionError("broken: it comes to rest");
        }

        private void checkAllCame() {
            if (isBroken) {
                return; // ten repetitions in a row were lost
            }
            sent.forEach((flow, messagesSent) -> {
                var end = flow.fromClient() ? client : server;
                var channel = end.known.stream()
                        .filter(one -> one.label().equals(flow.label()))
                        .findFirst()
                        .orElseThrow();
                var reliability = channel.reliability();
                boolean isReliable = reliability.maxRetransmits().isEmpty()
                        && reliability.maxPacketLifeTime().isEmpty();
                if (isReliable && !closed.contains(flow.label())) {
                    Promise.that(
                            received.getOrDefault(flow, List.of()).size() == messagesSent.size(),
                            "what is reliable comes, all of it");
                }
                Promise.that(channel.bufferedAmount() == 0, "at rest nothing waits");
            });
        }
    }

    @Override
    public List<byte[]> seeds() {
        var seeds = new ArrayList<>(Seeds.sequences(6, 400));
        // Both connect, a channel of the client's, three messages, one of them long, all delivered.
        seeds.add(Seeds.hex("94 14 94 14 91 0000 94 14 95 00 05 95 00 ff 95 00 07 94 14 94 14"));
        return seeds;
    }
}
