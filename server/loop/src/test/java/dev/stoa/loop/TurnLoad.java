package dev.stoa.loop;

import dev.stoa.net.Counter;
import dev.stoa.net.DatagramHandler;
import dev.stoa.net.Driver;
import dev.stoa.net.DriverOptions;
import dev.stoa.net.RemoteAddress;
import dev.stoa.net.SendBatch;
import dev.stoa.net.Sockets;
import dev.stoa.net.Task;
import dev.stoa.stun.ChannelData;
import dev.stoa.stun.IntegrityKey;
import dev.stoa.stun.StunAttribute;
import dev.stoa.stun.StunClass;
import dev.stoa.stun.StunMessage;
import dev.stoa.stun.StunMethod;
import dev.stoa.stun.StunWriter;
import dev.stoa.stun.TransactionId;
import dev.stoa.wire.Datagram;
import dev.stoa.wire.TransportAddress;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Load for a TURN server, for ./dev bench turn: clients with an allocation and a channel each, and their peers, which all send
 * to each other at the same time. Saturated, each way has so many packets under way; a call sends 50 small and 150 large
 * packets a second each way, the large ones as 30 pictures, paced. Prints {@code start} when all is set up and warm, then one
 * line of JSON.
 *
 * <p>Arguments: server's address, its port, this host's address, user, password, realm, allocations, payload bytes (0: a call),
 * seconds, warm-up seconds, whether bursts may be cut by the kernel.
 */
final class TurnLoad implements DatagramHandler {
    private static final int CHANNEL = 0x4000;
    private static final int BURST = 8;
    private static final int SMALL = 200;
    private static final int LARGE = 1200;
    private static final long MILLI = 1_000_000;
    private static final long LOST_NANOS = 200 * MILLI;
    private static final int PER_PICTURE = 5;
    private static final int MAX_LATENCIES = 4_000_000;

    /** One direction of one allocation. */
    private static final class Flow {
        final boolean isUp;
        final int socket;
        TransportAddress to;
        int underWay;
        long lastReceivedNanos;
        long nextSmallNanos;
        long nextLargeNanos;
        int ofPicture;

        Flow(boolean isUp, int socket, TransportAddress to) {
            this.isUp = isUp;
            this.socket = socket;
            this.to = to;
        }
    }

    private final Driver driver;
    private final TransportAddress server;
    private final String user;
    private final String password;
    private final String realm;
    private final int bytes;
    private final int window;
    private final Flow[] flows;
    private final Map<Integer, Integer> flowTo = new HashMap<>();
    private final TransportAddress[] peers;
    private final Random random = new Random(1);
    private final CountDownLatch ready;
    private final Map<Integer, byte[]> waiting = new LinkedHashMap<>();
    private final Map<Integer, String> nonces = new HashMap<>();
    private final Datagram scratch = Datagram.allocate(2048);
    private final long[] latencies = new long[MAX_LATENCIES];
    private int latencyCount;
    private boolean sending;
    private boolean counting;
    private long sent;
    private long received;
    private long sentMarked;
    private long receivedInTime;
    private long nextNanos = NEVER;

    private TurnLoad(Driver driver, String[] args) throws IOException {
        this.driver = driver;
        this.server = TransportAddress.of(args[0], Integer.parseInt(args[1]));
        var own = TransportAddress.of(args[2], 0);
        this.user = args[3];
        this.password = args[4];
        this.realm = args[5];
        int count = Integer.parseInt(args[6]);
        this.bytes = Integer.parseInt(args[7]);
        this.window = count == 1 ? 64 : count <= 10 ? 32 : BURST;
        this.flows = new Flow[2 * count];
        this.peers = new TransportAddress[count];
        this.ready = new CountDownLatch(count);
        for (int i = 0; i < count; i++) {
            int client = driver.bindUdp(own);
            int peer = driver.bindUdp(own);
            peers[i] = driver.localAddress(peer);
            flows[2 * i] = new Flow(true, client, server);
            flows[2 * i + 1] = new Flow(false, peer, server);
            flowTo.put(peer, 2 * i);
            flowTo.put(client, 2 * i + 1);
        }
    }

    public static void main(String[] args) throws Exception {
        boolean segments = Boolean.parseBoolean(args[10]);
        var options = DriverOptions.DEFAULT.withOffloads(segments, true);
        try (var driver = new Driver("load", Sockets.best(), options)) {
            var load = new TurnLoad(driver, args);
            driver.start(load);
            // Challenges have a budget, so some are asked for again.
            for (int attempt = 0; attempt < 60 && load.ready.getCount() > 0; attempt++) {
                driver.post(_ -> load.allocateRest());
                load.ready.await(300, TimeUnit.MILLISECONDS);
            }
            if (load.ready.getCount() > 0) {
                throw new IllegalStateException(load.ready.getCount() + " allocations are missing");
            }
            System.out.println("ready");
            if (System.in.read() < 0) {
                return;
            }
            driver.post(load::begin);
            pause(Integer.parseInt(args[9]));
            run(driver, now -> load.mark());
            System.out.println("start");
            pause(Integer.parseInt(args[8]));
            run(driver, now -> load.counting = false);
            System.out.println("end");
            pause(1);
            run(driver, now -> load.sending = false);
            pause(1);
            System.out.println(load.result());
            // The next load may get the same ports.
            driver.post(_ -> load.release());
            pause(1);
            System.out.println("released");
        }
    }

    private static void pause(int seconds) throws InterruptedException {
        new CountDownLatch(1).await(seconds, TimeUnit.SECONDS);
    }

    private static void run(Driver driver, Task task) throws InterruptedException {
        var done = new CountDownLatch(1);
        driver.post(now -> {
            task.run(now);
            done.countDown();
        });
        done.await();
    }

    private void begin(long now) {
        sending = true;
        for (int i = 0; i < flows.length; i++) {
            flows[i].lastReceivedNanos = now;
            flows[i].nextSmallNanos = now + random.nextInt(20) * MILLI;
            flows[i].nextLargeNanos = now + random.nextInt(33) * MILLI;
        }
        nextNanos = now;
    }

    private void mark() {
        counting = true;
        latencyCount = 0;
        sentMarked = sent;
        receivedInTime = 0;
    }

    private String result() {
        Arrays.sort(latencies, 0, latencyCount);
        return String.format(
                "{\"received\":%d,\"sent\":%d,\"lost\":%d,\"p50Micros\":%.1f,\"p99Micros\":%.1f,\"dropped\":%d}",
                receivedInTime,
                sent - sentMarked,
                sent - received,
                latency(0.5),
                latency(0.99),
                driver.get(Counter.DROPPED_RECEIVE_BUFFER_FULL) + driver.get(Counter.DROPPED_SEND_BUFFER_FULL));
    }

    private double latency(double share) {
        return latencyCount == 0 ? 0 : latencies[(int) (share * (latencyCount - 1))] / 1000.0;
    }

    // Setting up

    private void allocateRest() {
        for (int i = 0; i < peers.length; i++) {
            if (!nonces.containsKey(i)) {
                allocate(i, null, "");
            }
        }
    }

    private void allocate(int at, @Nullable String nonce, String realmOfServer) {
        request(at, StunMethod.ALLOCATE, nonce, realmOfServer);
    }

    private void release() {
        for (int i = 0; i < peers.length; i++) {
            request(i, StunMethod.REFRESH, nonces.get(i), realm);
        }
    }

    private void request(int at, int method, @Nullable String nonce, String realmOfServer) {
        var id = new TransactionId((long) at << 32 | method, random.nextInt());
        var writer = new StunWriter(scratch, StunClass.REQUEST, method, id);
        if (method == StunMethod.REFRESH) {
            writer.u32(StunAttribute.LIFETIME, 0);
        } else if (method == StunMethod.ALLOCATE) {
            writer.u32(StunAttribute.REQUESTED_TRANSPORT, 17L << 24);
        } else {
            writer.u32(StunAttribute.CHANNEL_NUMBER, (long) CHANNEL << 16)
                    .xorAddress(StunAttribute.XOR_PEER_ADDRESS, peers[at]);
        }
        if (nonce != null) {
            writer.username(user)
                    .text(StunAttribute.REALM, realmOfServer)
                    .text(StunAttribute.NONCE, nonce)
                    .integrity(IntegrityKey.longTerm(user, realmOfServer, password));
        }
        waiting.put(flows[2 * at].socket, scratch.toArray());
        if (nonce != null) {
            nonces.put(at, nonce);
        }
    }

    private void handleAnswer(StunMessage answer) {
        int at = (int) (answer.transactionId().high() >>> 32);
        if (answer.errorCode() == 401) {
            allocate(at, answer.text(StunAttribute.NONCE), String.valueOf(answer.text(StunAttribute.REALM)));
        } else if (answer.is(StunClass.SUCCESS, StunMethod.ALLOCATE)) {
            var relayed = answer.xorAddress(StunAttribute.XOR_RELAYED_ADDRESS);
            flows[2 * at + 1].to = Objects.requireNonNull(relayed);
            request(at, StunMethod.CHANNEL_BIND, nonces.get(at), realm);
        } else if (answer.is(StunClass.SUCCESS, StunMethod.CHANNEL_BIND)) {
            ready.countDown();
        } else if (answer.messageClass() == StunClass.ERROR) {
            System.out.println("error " + answer + " " + answer.errorCode());
        }
    }

    // Under load

    @Override
    public void handle(long nowNanos, int local, RemoteAddress remote, Datagram packet) {
        int payload = 0;
        if (!ChannelData.looksLikeChannelData(packet) || packet.u16(0) != CHANNEL) {
            if (StunMessage.looksLikeStun(packet) && packet.u8(0) < 4) {
                if (StunMessage.parse(packet) instanceof StunMessage answer) {
                    handleAnswer(answer);
                }
                return;
            }
        } else {
            payload = ChannelData.HEADER_LENGTH;
        }
        var index = flowTo.get(local);
        if (index == null || packet.length() < payload + 16) {
            return;
        }
        var flow = flows[index];
        flow.underWay--;
        flow.lastReceivedNanos = nowNanos;
        received++;
        if (counting) {
            receivedInTime++;
            if (latencyCount < MAX_LATENCIES) {
                latencies[latencyCount++] = Driver.nanos() - packet.i64(payload + 8);
            }
        }
        nextNanos = Math.min(nextNanos, nowNanos);
    }

    @Override
    public long nextTimeout() {
        return sending ? nextNanos : NEVER;
    }

    @Override
    public void handleTimeout(long nowNanos) {
        nextNanos = nowNanos + (bytes == 0 ? MILLI / 2 : 50 * MILLI);
    }

    @Override
    public void pollTransmit(long nowNanos, SendBatch out) {
        waiting.forEach((socket, request) -> out.send(socket, server, request));
        waiting.clear();
        if (!sending) {
            return;
        }
        for (var flow : flows) {
            if (bytes == 0) {
                sendCall(nowNanos, flow, out);
            } else {
                saturate(nowNanos, flow, out);
            }
        }
    }

    private void saturate(long nowNanos, Flow flow, SendBatch out) {
        if (nowNanos - flow.lastReceivedNanos > LOST_NANOS) {
            flow.underWay = 0;
            flow.lastReceivedNanos = nowNanos;
        }
        while (flow.underWay + BURST <= window) {
            send(flow, out, BURST, bytes);
        }
    }

    private void sendCall(long nowNanos, Flow flow, SendBatch out) {
        if (flow.nextSmallNanos <= nowNanos) {
            flow.nextSmallNanos += 20 * MILLI;
            send(flow, out, 1, SMALL);
        }
        if (flow.nextLargeNanos <= nowNanos) {
            // A picture in 13 ms, then a pause until the next one.
            flow.ofPicture = (flow.ofPicture + 1) % PER_PICTURE;
            flow.nextLargeNanos += flow.ofPicture == 0 ? 33_333_333 - 4 * 2_667_000 : 2_667_000;
            send(flow, out, 1, LARGE);
        }
    }

    private void send(Flow flow, SendBatch out, int packets, int payload) {
        var area = out.begin(flow.socket, flow.to);
        for (int i = 0; i < packets; i++) {
            int at = out.position();
            int header = flow.isUp ? ChannelData.HEADER_LENGTH : 0;
            if (flow.isUp) {
                ChannelData.writeHeader(area, at, CHANNEL, payload);
            }
            // Not to be taken for STUN or a channel's.
            area.put64(at + header, -1);
            area.put64(at + header + 8, Driver.nanos());
            out.append(header + payload);
            flow.underWay++;
            sent++;
        }
        out.end();
    }

    @Override
    public void handleFault(Throwable fault) {
        fault.printStackTrace();
    }
}
