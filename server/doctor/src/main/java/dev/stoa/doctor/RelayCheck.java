package dev.stoa.doctor;

import dev.stoa.stun.IntegrityKey;
import dev.stoa.stun.StunAttribute;
import dev.stoa.stun.StunClass;
import dev.stoa.stun.StunMessage;
import dev.stoa.stun.StunMethod;
import dev.stoa.stun.StunWriter;
import dev.stoa.wire.TransportAddress;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Uses a relay as a browser would: allocates (RFC 8656, 7), and sends a packet through it. Both ends of the packet's way are
 * relayed addresses of the same server, so that nothing else need be reached.
 */
final class RelayCheck {
    private static final int UDP = 17 << 24;
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final int UNAUTHORIZED = 401;
    private static final int STALE_NONCE = 438;
    private static final int ALLOCATION_QUOTA_REACHED = 486;
    private static final byte[] PARCEL = "stoa doctor".getBytes(StandardCharsets.US_ASCII);

    private final SecureRandom random;

    RelayCheck(SecureRandom random) {
        this.random = random;
    }

    Finding examine(IceUrl url) {
        var check = url.kind().check();
        try (var one = open(url);
                var other = open(url)) {
            var near = new Allocation(one, url);
            var far = new Allocation(other, url);
            near.permit(far.relayed);
            far.permit(near.relayed);
            // Two of three may get lost.
            for (int n = 0; n < 3; n++) {
                near.send(far.relayed);
                if (far.receives()) {
                    return Finding.ok(check, url + " relays, from " + near.relayed.host());
                }
            }
            return Finding.failure(
                    check,
                    url + " gives relayed addresses (" + near.relayed + "), but no packet gets through them",
                    "let the relays' UDP ports (49152-65535) in; is the address of --host really the server's?");
        } catch (Refused e) {
            return Finding.failure(check, url + " refuses: " + e.getMessage(), e.fix());
        } catch (IOException e) {
            return Finding.failure(check, url + ": " + Failures.words(e), fix(url));
        }
    }

    static String fix(IceUrl url) {
        var key = url.kind() == IceUrl.Kind.TURN_TLS ? "turns-port" : "turn-port";
        return "let " + url.kind().protocol() + " port " + url.port() + " (" + key + ") in to " + url.host()
                + "; if that is not the server's address, say it by --host";
    }

    private static Way open(IceUrl url) throws IOException {
        var to = new InetSocketAddress(url.host(), url.port());
        if (to.isUnresolved()) {
            throw new IOException("nobody knows that name");
        }
        return switch (url.kind()) {
            case STUN_UDP, TURN_UDP -> {
                var socket = new DatagramSocket();
                yield new Way(StunLink.udp(socket, TransportAddress.of(to)), socket);
            }
            case TURN_TCP -> new Way(StunLink.tcp(to), null);
            case TURN_TLS -> new Way(StunLink.tls(to, url.host()), null);
        };
    }

    /** A link and its socket, if that is not the link's own. */
    private record Way(StunLink link, @Nullable DatagramSocket socket) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            link.close();
            if (socket != null) {
                socket.close();
            }
        }
    }

    /** The server answered, with an error. */
    private static final class Refused extends IOException {
        private static final long serialVersionUID = 1;

        private final int code;

        Refused(String what, int code) {
            super(what + " with " + code);
            this.code = code;
        }

        String fix() {
            return switch (code) {
                case UNAUTHORIZED, STALE_NONCE ->
                    "the credentials of /api/v1/ice-servers do not fit: is turn-secret the same on all servers, and are the clocks right?";
                case ALLOCATION_QUOTA_REACHED -> "the quota of allocations is used up: raise it, or wait";
                default -> "see the server's log";
            };
        }
    }

    private final class Allocation {
        private final StunClient client;
        private final StunLink link;
        private final IceUrl url;
        private IntegrityKey key = IntegrityKey.shortTerm("");
        private String realm = "";
        private String nonce = "";
        final TransportAddress relayed;

        Allocation(Way way, IceUrl url) throws IOException {
            this.link = way.link();
            this.client = new StunClient(link, random);
            this.url = url;
            var challenge = client.ask(StunMethod.ALLOCATE, this::allocate);
            if (challenge.errorCode() != UNAUTHORIZED) {
                throw new Refused("an Allocate without credentials", challenge.errorCode());
            }
            learn(challenge);
            var success = ask(StunMethod.ALLOCATE, this::allocate);
            var address = success.xorAddress(StunAttribute.XOR_RELAYED_ADDRESS);
            if (address == null) {
                throw new IOException("an answer without a relayed address");
            }
            this.relayed = address;
        }

        private void allocate(StunWriter request) {
            request.u32(StunAttribute.REQUESTED_TRANSPORT, UDP);
        }

        private void learn(StunMessage challenge) throws IOException {
            var newRealm = challenge.text(StunAttribute.REALM);
            var newNonce = challenge.text(StunAttribute.NONCE);
            if (newRealm == null || newNonce == null) {
                throw new IOException("it answers 401 without realm and nonce");
            }
            realm = newRealm;
            nonce = newNonce;
            key = IntegrityKey.longTerm(url.username(), realm, url.credential());
        }

        private StunMessage ask(int method, Consumer<StunWriter> attributes) throws IOException {
            var answer = client.ask(method, request -> authenticate(attributes, request));
            if (answer.messageClass() == StunClass.ERROR && answer.errorCode() == STALE_NONCE) {
                learn(answer);
                answer = client.ask(method, request -> authenticate(attributes, request));
            }
            if (answer.messageClass() != StunClass.SUCCESS) {
                throw new Refused(method == StunMethod.ALLOCATE ? "an Allocate" : "a permission", answer.errorCode());
            }
            return answer;
        }

        private void authenticate(Consumer<StunWriter> attributes, StunWriter request) {
            attributes.accept(request);
            request.username(url.username())
                    .text(StunAttribute.REALM, realm)
                    .text(StunAttribute.NONCE, nonce)
                    .integrity(key);
        }

        void permit(TransportAddress peer) throws IOException {
            ask(StunMethod.CREATE_PERMISSION, request -> request.xorAddress(StunAttribute.XOR_PEER_ADDRESS, peer));
        }

        void send(TransportAddress peer) throws IOException {
            client.indicate(
                    StunMethod.SEND,
                    indication -> indication
                            .xorAddress(StunAttribute.XOR_PEER_ADDRESS, peer)
                            .bytes(StunAttribute.DATA, PARCEL));
        }

        boolean receives() throws IOException {
            for (var message = link.receive(PATIENCE); message != null; message = link.receive(PATIENCE)) {
                if (message.is(StunClass.INDICATION, StunMethod.DATA)
                        && Arrays.equals(PARCEL, message.bytes(StunAttribute.DATA))) {
                    return true;
                }
            }
            return false;
        }
    }
}
