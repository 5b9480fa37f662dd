package dev.stoa.loop;

import static dev.stoa.loop.TestPackets.camera;
import static dev.stoa.loop.TestPackets.hex;

import dev.stoa.loop.MediaCounters.Kind;
import dev.stoa.sfu.Counter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A participant who has the keys sends what no browser sends: it is counted and dropped, and the next good packet is taken
 * (threat rule 4).
 */
class MalformedDatagramsTest {
    private LoopbackNode server;
    private SocketPeer peer;
    private String answer;
    private int cameraNumber;

    @BeforeEach
    void open() throws Exception {
        server = new LoopbackNode();
        peer = server.peer();
        answer = server.answer("Ada");
        peer.validate(answer);
        peer.connect(answer);
        assertCameraIsTaken();
    }

    @AfterEach
    void close() {
        peer.close();
        server.close();
    }

    @Test
    void dropsRtpWithPaddingThatCannotBe() throws Exception {
        // The last byte says how many bytes of padding there are, itself among them (RFC 3550, 5.1).
        var payloads = List.of("00", "02", "ff", "10010203040000", "100102030400ff");
        for (var payload : payloads) {
            peer.send(peer.protectedRtp(camera(0xA0, cameraNumber++, hex(payload))));
        }
        awaitDropped(Counter.DROPPED_MALFORMED, payloads.size());
        assertCameraIsTaken();
    }

    @Test
    void dropsRtpWithAnExtensionThatRunsPastItsBlock() throws Exception {
        // RFC 8285, 4.2: an element of 16 bytes in a block of four.
        peer.send(peer.protectedRtp(camera(0x90, cameraNumber++, hex("bede0001" + "4f010203" + "10"))));
        awaitDropped(Counter.DROPPED_MALFORMED, 1);
        assertCameraIsTaken();
    }

    @Test
    void readsNothingBehindAnEmptyExtensionThatIsTheLastOfThePacket() throws Exception {
        // RFC 8285, 4.3: an element may have no data. Each id that was negotiated.
        for (int id = 1; id <= 14; id++) {
            var block = hex("10000001" + "0000%02x00".formatted(id));
            peer.send(peer.protectedRtp(camera(0x90, cameraNumber++, block)));
            peer.send(peer.protectedRtp(TestPackets.rtp(0x90, 111, id, TestPackets.MICROPHONE_SSRC, block)));
        }
        peer.validate(answer);
        assertCameraIsTaken();
    }

    @Test
    void dropsRtcpThatIsCutOrPaddedWrongly() throws Exception {
        var parts = List.of(
                // A receiver report that says it has 31 blocks, and has none.
                "9fc90001" + "cd21561c",
                // Longer than the datagram.
                "80c900ff" + "cd21561c",
                // Padding of length zero, and of more than there is (RFC 3550, 6.4.1).
                "a0c90002" + "cd21561c" + "00000000",
                "a0c90002" + "cd21561c" + "000000ff",
                // A chunk of a source description without its end (RFC 3550, 6.5).
                "81ca0002" + "cd21561c" + "01ff4142",
                // A NACK without a source, and transport feedback that is cut.
                "81cd0001" + "cd21561c",
                "8fcd0003" + "cd21561c" + "cd21561c" + "0001ffff");
        for (var part : parts) {
            peer.send(peer.protectedRtcp(hex(part)));
        }
        awaitDropped(Counter.RTCP_MALFORMED, parts.size());
        assertCameraIsTaken();
    }

    @Test
    void dropsDtlsFragmentsOfLengthZero() throws Exception {
        // RFC 6347, 4.2.3: a part without bytes of a ClientHello of five, alone and behind another record; an empty
        // record.
        var empty = "16fefd0000000000000005000c" + "010000050000000000000000";
        peer.send(hex(empty));
        peer.send(hex("14fefd0000000000000004000101" + empty));
        peer.send(hex("16fefd00000000000000050000"));
        server.awaitCount(Kind.DTLS_REFUSED, 3);
        assertCameraIsTaken();
    }

    @Test
    void dropsWhateverIsCut() throws Exception {
        sendCut(1, peer.protectedRtp(camera(cameraNumber++)), Kind.RTP_REFUSED);
        // Its second byte tells RTCP from RTP.
        sendCut(2, peer.protectedRtcp(TestPackets.EMPTY_RECEIVER_REPORT), Kind.RTCP_REFUSED);
        sendCut(1, SocketPeer.clientHello(), Kind.DTLS_REFUSED);
        // Without its magic cookie it is no STUN at all.
        sendCut(1, Arrays.copyOf(peer.check(answer), 20), Kind.STUN_UNKNOWN);
        sendCut(20, peer.check(answer), Kind.STUN_MALFORMED);
        assertCameraIsTaken();
    }

    /** Sends it in all lengths that are less than its own. */
    private void sendCut(int shortest, byte[] whole, Kind counted) throws IOException {
        long before = server.count(counted);
        for (int length = shortest; length < whole.length; length++) {
            peer.send(Arrays.copyOf(whole, length));
            server.awaitCount(counted, before + 1 + length - shortest);
        }
    }

    @Test
    void survivesAnyRtpInsideTheProtection() throws Exception {
        long seed = 3550;
        var random = new Random(seed);
        int[] payloadTypes = {96, 97, 103, 104, 45, 98, 99, 111, 63, 109, 119, 121};
        int[] ssrcs = {TestPackets.CAMERA_RTX_SSRC, TestPackets.MICROPHONE_SSRC, TestPackets.CAMERA_SSRC};
        int[] numbers = {0, 0, cameraNumber};
        for (int i = 0; i < 6_000; i++) {
            int stream = random.nextInt(ssrcs.length);
            int contributing = random.nextInt(8) == 0 ? random.nextInt(16) : 0;
            int extension = random.nextBoolean() ? 0x10 : 0;
            int padding = random.nextInt(4) == 0 ? 0x20 : 0;
            var rest = ByteBuffer.allocate(400);
            rest.put(bytes(random, 4 * contributing));
            if (extension != 0) {
                int words = random.nextInt(5);
                rest.putShort((short) (random.nextBoolean() ? 0xBEDE : 0x1000)).putShort((short) words);
                rest.put(bytes(random, 4 * words));
            }
            rest.put(bytes(random, random.nextInt(60)));
            var packet = TestPackets.rtp(
                    0x80 | padding | extension | contributing,
                    payloadTypes[random.nextInt(payloadTypes.length)] | (random.nextBoolean() ? 0x80 : 0),
                    numbers[stream]++,
                    ssrcs[stream],
                    Arrays.copyOf(rest.array(), rest.position()));
            peer.send(peer.protectedRtp(packet));
            awaitNowAndThen(i);
        }
        cameraNumber = numbers[2];
        assertCameraIsTaken();
    }

    @Test
    void survivesAnyRtcpInsideTheProtection() throws Exception {
        long seed = 4585;
        var random = new Random(seed);
        int[] ssrcs = {TestPackets.CAMERA_SSRC, TestPackets.MICROPHONE_SSRC, 0};
        for (int i = 0; i < 6_000; i++) {
            var packet = ByteBuffer.allocate(400);
            for (int part = random.nextInt(3); part >= 0; part--) {
                var body = bytes(random, random.nextInt(12) * 4);
                int words = random.nextInt(4) == 0 ? random.nextInt(20) : body.length / 4 + 1;
                packet.put((byte) (0x80 | (random.nextInt(8) == 0 ? 0x20 : 0) | random.nextInt(32)))
                        .put((byte) (200 + random.nextInt(8)))
                        .putShort((short) words)
                        .putInt(ssrcs[random.nextInt(ssrcs.length)])
                        .put(body);
            }
            peer.send(peer.protectedRtcp(Arrays.copyOf(packet.array(), packet.position())));
            awaitNowAndThen(i);
        }
        assertCameraIsTaken();
    }

    /** Small numbers are lengths and ids, so they are the likelier ones. */
    private static byte[] bytes(Random random, int count) {
        var bytes = new byte[count];
        for (int i = 0; i < count; i++) {
            bytes[i] = (byte) (random.nextBoolean() ? random.nextInt(16) : random.nextInt());
        }
        return bytes;
    }

    /** No more than the socket's buffer holds is on its way. */
    private void awaitNowAndThen(int sent) throws IOException {
        if (sent % 50 == 0) {
            peer.validate(answer);
        }
    }

    /** A packet of the camera goes the whole way into the router. */
    private void assertCameraIsTaken() throws IOException {
        peer.validate(answer);
        long before = server.node.count(Counter.KEY_FRAME_RECEIVED);
        peer.send(peer.protectedRtp(camera(cameraNumber++)));
        LoopbackNode.await("key frames", before + 1, () -> server.node.count(Counter.KEY_FRAME_RECEIVED));
        server.assertFlawless();
    }

    private void awaitDropped(Counter counter, long count) {
        LoopbackNode.await(counter.name(), count, () -> server.node.count(counter));
    }
}
