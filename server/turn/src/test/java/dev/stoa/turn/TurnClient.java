package dev.stoa.turn;

import dev.stoa.stun.IntegrityKey;
import dev.stoa.stun.PasswordAlgorithms;
import dev.stoa.stun.StunAttribute;
import dev.stoa.stun.StunClass;
import dev.stoa.stun.StunMessage;
import dev.stoa.stun.StunMethod;
import dev.stoa.stun.StunWriter;
import dev.stoa.stun.TransactionId;
import dev.stoa.wire.Datagram;
import dev.stoa.wire.TransportAddress;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A client of a {@link TurnNet}: it takes the server's challenge once, and signs what it asks for from then on. */
final class TurnClient {
    private static final Random RANDOM = new Random(6);
    private static final long UDP = 17L << 24;

    final TransportAddress address;
    private final TurnNet net;
    String username;
    String password;
    String nonce = "";
    boolean sha256;
    boolean hidesName;

    @Nullable TransactionId nextId;

    TurnClient(TurnNet net, String address, int port) {
        this.net = net;
        this.address = TransportAddress.of(address, port);
        this.username = TurnNet.USER;
        this.password = TurnNet.PASSWORD;
    }

    TurnClient as(String name, String secretWord) {
        username = name;
        password = secretWord;
        return this;
    }

    /** A request that nobody signs, and its answer if there is one. */
    @Nullable StunMessage ask(int method, Consumer<StunWriter> attributes) {
        return answer(net.fromClient(address, unsigned(method, attributes)));
    }

    static byte[] unsigned(int method, Consumer<StunWriter> attributes) {
        var datagram = Datagram.allocate(2048);
        attributes.accept(new StunWriter(datagram, StunClass.REQUEST, method, TransactionId.random(RANDOM)));
        return datagram.toArray();
    }

    /** Takes a nonce from the server. */
    TurnClient challenge() {
        var answer = Objects.requireNonNull(ask(StunMethod.ALLOCATE, transport()), "no challenge");
        nonce = Objects.requireNonNull(answer.text(StunAttribute.NONCE), "no nonce");
        return this;
    }

    /** A signed request. */
    byte[] signed(int method, Consumer<StunWriter> attributes) {
        var datagram = Datagram.allocate(2048);
        var id = nextId != null ? nextId : TransactionId.random(RANDOM);
        nextId = null;
        var writer = new StunWriter(datagram, StunClass.REQUEST, method, id);
        attributes.accept(writer);
        if (hidesName) {
            writer.bytes(StunAttribute.USERHASH, Credentials.userHash(username, TurnNet.REALM));
        } else {
            writer.username(username);
        }
        writer.text(StunAttribute.REALM, TurnNet.REALM).text(StunAttribute.NONCE, nonce);
        if (sha256) {
            writer.bytes(StunAttribute.PASSWORD_ALGORITHMS, PasswordAlgorithms.offered())
                    .u32(StunAttribute.PASSWORD_ALGORITHM, (long) PasswordAlgorithms.SHA256 << 16)
                    .integritySha256(key());
        } else {
            writer.integrity(key());
        }
        return datagram.toArray();
    }

    private IntegrityKey key() {
        return sha256
                ? IntegrityKey.longTermSha256(username, TurnNet.REALM, password)
                : IntegrityKey.longTerm(username, TurnNet.REALM, password);
    }

    /** What a signed request is answered; the answer has to be signed too, unless it is a challenge. */
    StunMessage request(int method, Consumer<StunWriter> attributes) {
        var answer = Objects.requireNonNull(answer(net.fromClient(address, signed(method, attributes))), "no answer");
        boolean isChallenge = answer.has(StunAttribute.NONCE);
        if (!isChallenge
                && answer.errorCode() != 400
                && !(sha256 ? answer.verifySha256(key()) : answer.verify(key()))) {
            throw new AssertionError("the answer is not signed: " + answer + " " + answer.errorCode());
        }
        return answer;
    }

    private static @Nullable StunMessage answer(List<TurnNet.Packet> packets) {
        return packets.isEmpty() ? null : TurnNet.message(packets.getFirst().bytes());
    }

    static Consumer<StunWriter> transport() {
        return writer -> writer.u32(StunAttribute.REQUESTED_TRANSPORT, UDP);
    }

    StunMessage allocateWith(Consumer<StunWriter> attributes) {
        return request(StunMethod.ALLOCATE, transport().andThen(attributes));
    }

    /** The relayed address. */
    TransportAddress allocate() {
        var answer = challenge().allocateWith(_ -> {});
        return Objects.requireNonNull(
                answer.xorAddress(StunAttribute.XOR_RELAYED_ADDRESS), () -> "error " + answer.errorCode());
    }

    /** 0, or the error's code. */
    int permit(TransportAddress... peers) {
        return code(request(StunMethod.CREATE_PERMISSION, writer -> {
            for (var peer : peers) {
                writer.xorAddress(StunAttribute.XOR_PEER_ADDRESS, peer);
            }
        }));
    }

    int bind(int channel, TransportAddress peer) {
        return code(request(
                StunMethod.CHANNEL_BIND,
                writer -> writer.u32(StunAttribute.CHANNEL_NUMBER, (long) channel << 16)
                        .xorAddress(StunAttribute.XOR_PEER_ADDRESS, peer)));
    }

    StunMessage refresh(long lifetimeSeconds) {
        return request(StunMethod.REFRESH, writer -> writer.u32(StunAttribute.LIFETIME, lifetimeSeconds));
    }

    static int code(StunMessage answer) {
        return Math.max(0, answer.errorCode());
    }

    List<TurnNet.Packet> send(TransportAddress peer, byte[] data) {
        return net.fromClient(address, sendIndication(peer, data));
    }

    static byte[] sendIndication(TransportAddress peer, byte[] data) {
        var datagram = Datagram.allocate(data.length + 100);
        new StunWriter(datagram, StunClass.INDICATION, StunMethod.SEND, TransactionId.random(RANDOM))
                .xorAddress(StunAttribute.XOR_PEER_ADDRESS, peer)
                .bytes(StunAttribute.DATA, data);
        return datagram.toArray();
    }

    List<TurnNet.Packet> sendByChannel(int channel, byte[] data) {
        return net.fromClient(address, channelData(channel, data));
    }

    static byte[] channelData(int channel, byte[] data) {
        var datagram = Datagram.allocate(4 + data.length);
        datagram.setLength(4 + data.length);
        datagram.put16(0, channel);
        datagram.put16(2, data.length);
        datagram.put(4, data, 0, data.length);
        return datagram.toArray();
    }
}
