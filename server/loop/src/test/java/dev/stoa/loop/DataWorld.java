package dev.stoa.loop;

import dev.stoa.sctp.DataChannel;
import dev.stoa.sctp.DataChannelEvent;
import dev.stoa.sctp.DataChannelInit;
import dev.stoa.sctp.DataChannels;
import dev.stoa.sctp.SctpOptions;
import dev.stoa.sdp.NegotiatedData;
import dev.stoa.testkit.Link;
import dev.stoa.testkit.SimClock;
import dev.stoa.testkit.SimNetwork;
import dev.stoa.wire.TransportAddress;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.BooleanSupplier;

/** A room's data with participants on simulated networks, where DTLS would be. */
final class DataWorld {
    static final long MILLI = 1_000_000L;
    static final long SECOND = 1_000 * MILLI;
    private static final int PACKET_BYTES = 1_160;

    final SimNetwork network;
    final MediaCounters counters = new MediaCounters();
    final DataRoom room = new DataRoom(counters);
    private final DataLimits limits;
    private final Random random;
    private final Map<String, Person> people = new LinkedHashMap<>();
    private final Set<Person> due = new LinkedHashSet<>();

    DataWorld(long seed, DataLimits limits) {
        this.network = new SimNetwork(new SimClock(SECOND), seed);
        this.limits = limits;
        this.random = new Random(seed);
    }

    long now() {
        return network.clock().nowNanos();
    }

    /** Comes into the room and is connected. */
    Person join(String name) {
        return join(name, SctpOptions.MAX_MESSAGE_BYTES);
    }

    Person join(String name, long maxMessageBytes) {
        var person = new Person(name, people.size() + 1, maxMessageBytes);
        people.put(name, person);
        person.connect();
        flush();
        if (!run(() -> person.isOpen, 60)) {
            throw new AssertionError(name + " has no association");
        }
        return person;
    }

    boolean run(BooleanSupplier until, long seconds) {
        flush();
        return network.runUntil(until, seconds * SECOND);
    }

    void runFor(long nanos) {
        flush();
        network.runFor(nanos);
    }

    long count(MediaCounters.Kind kind) {
        return counters.get(kind);
    }

    private void flush() {
        people.values().forEach(Person::flushClient);
        while (!due.isEmpty()) {
            var now = List.copyOf(due);
            due.clear();
            now.forEach(Person::flushServer);
        }
    }

    static byte[] text(String to, String text) {
        return new DataEnvelope(DataEnvelope.Kind.TEXT, to, text.getBytes(StandardCharsets.UTF_8)).write();
    }

    static byte[] bytes(String to, byte[] payload) {
        return new DataEnvelope(DataEnvelope.Kind.BINARY, to, payload).write();
    }

    /** What came, taken apart by this test's own reading. */
    @SuppressWarnings("ArrayRecordComponent")
    record Came(String label, int kind, String from, byte[] payload, DataChannel channel) {
        static final int TEXT = 1;
        static final int PROBLEM = 2;
        static final int REACHABLE = 3;
        static final int UNREACHABLE = 4;

        static Came of(DataChannel channel, byte[] message) {
            var payload = new ByteArrayOutputStream();
            payload.write(message, 2 + message[1], message.length - 2 - message[1]);
            return new Came(
                    channel.label(),
                    message[0] - 0x10,
                    new String(message, 2, message[1], StandardCharsets.UTF_8),
                    payload.toByteArray(),
                    channel);
        }

        String text() {
            return new String(payload, StandardCharsets.UTF_8);
        }
    }

    /** A participant: what a browser does, and the server's side of it. */
    final class Person {
        final DataChannels channels = new DataChannels(random);
        final DataChannel control;
        final PeerData server;
        final List<Came> came = new ArrayList<>();
        final List<DataChannel> announced = new ArrayList<>();
        final List<DataChannel> closed = new ArrayList<>();
        boolean isOpen;
        private final String name;
        private final TransportAddress here;
        private final TransportAddress there;
        private final long maxMessageBytes;

        Person(String name, int number, long maxMessageBytes) {
            this.name = name;
            this.maxMessageBytes = maxMessageBytes;
            here = TransportAddress.of("192.0.2." + number, 1);
            there = TransportAddress.of("198.51.100." + number, 1);
            control = channels.create(now(), PeerData.CONTROL_LABEL, PeerData.CONTROL);
            server = new PeerData(now(), name, room, limits, counters, random, () -> due.add(this));
            network.attach(here, (_, packet) -> {
                channels.handle(now(), packet);
                flush();
            });
            network.attach(there, (_, packet) -> {
                server.handle(now(), packet);
                flush();
            });
            network.addActor(new SimNetwork.Actor() {
                @Override
                public long nextTimeout() {
                    return Math.min(channels.nextTimeout(), server.nextTimeout());
                }

                @Override
                public void handleTimeout(long nowNanos) {
                    if (channels.nextTimeout() <= nowNanos) {
                        channels.handleTimeout(nowNanos);
                    }
                    if (server.nextTimeout() <= nowNanos) {
                        server.handleTimeout(nowNanos);
                    }
                    flush();
                }
            });
        }

        private void connect() {
            var options = SctpOptions.of(5000, 5000, PACKET_BYTES, maxMessageBytes);
            channels.connect(now(), options, true);
            server.setPath(now(), true);
            server.negotiate(now(), new NegotiatedData(0, "0", 5000, 5000, maxMessageBytes));
            server.handleConnected(now());
        }

        DataChannel open(String label, DataChannelInit init) {
            return channels.create(now(), label, init);
        }

        void send(DataChannel channel, byte[] message) {
            channel.sendShared(now(), message);
            flush();
        }

        /** The way from the server to this participant. */
        void setWayDown(Link link) {
            network.setLink(there, here, link);
        }

        void setWayUp(Link link) {
            network.setLink(here, there, link);
        }

        void leave() {
            server.close(now());
            flush();
        }

        List<Came> of(String label) {
            return came.stream()
                    .filter(each -> each.label().equals(label) && each.kind() <= Came.TEXT)
                    .toList();
        }

        List<String> texts(String label) {
            return of(label).stream().map(Came::text).toList();
        }

        List<String> problems() {
            return came.stream()
                    .filter(each -> each.kind() == Came.PROBLEM)
                    .map(Came::text)
                    .toList();
        }

        List<String> from(int kind) {
            return came.stream()
                    .filter(each -> each.kind() == kind)
                    .map(Came::from)
                    .toList();
        }

        private void flushClient() {
            for (var packet = channels.pollTransmit(now()); packet != null; packet = channels.pollTransmit(now())) {
                network.send(here, there, packet);
            }
            for (var event = channels.pollEvent(); event != null; event = channels.pollEvent()) {
                switch (event) {
                    case DataChannelEvent.Opened(var channel) -> isOpen |= channel == control;
                    case DataChannelEvent.Announced(var channel) -> announced.add(channel);
                    case DataChannelEvent.Binary(var channel, var message) -> came.add(Came.of(channel, message));
                    case DataChannelEvent.Text text -> throw new AssertionError("the server sends no text: " + text);
                    case DataChannelEvent.Closed(var channel, boolean _) -> closed.add(channel);
                    case DataChannelEvent.BufferedAmountLow _ -> {}
                }
            }
        }

        private void flushServer() {
            for (var packet = server.pollTransmit(now()); packet != null; packet = server.pollTransmit(now())) {
                network.send(there, here, packet);
            }
        }

        @Override
        public String toString() {
            return name;
        }
    }
}
