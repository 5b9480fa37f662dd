package dev.stoa.doctor;

import dev.stoa.ice.Candidate;
import dev.stoa.ice.CandidateType;
import dev.stoa.ice.Transport;
import dev.stoa.peer.Description;
import dev.stoa.peer.PeerConnection;
import dev.stoa.peer.PeerConnectionState;
import dev.stoa.peer.PeerEvent;
import dev.stoa.peer.PeerException;
import dev.stoa.peer.PeerHost;
import dev.stoa.peer.TransceiverInit;
import dev.stoa.sdp.MediaKind;
import dev.stoa.sdp.ParseResult;
import dev.stoa.sdp.SessionDescription;
import dev.stoa.sdp.TransportDescription;
import dev.stoa.stun.IntegrityKey;
import dev.stoa.stun.StunAttribute;
import dev.stoa.stun.StunClass;
import dev.stoa.stun.StunMessage;
import dev.stoa.stun.StunMethod;
import dev.stoa.stun.StunWriter;
import dev.stoa.wire.TransportAddress;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/**
 * A real call with the server, in a room of its own; and, with the credentials of that call, checks of each address that the
 * server advertises. The server answers nobody who has none, so nothing less tells whether it is there.
 */
final class MediaCheck {
    private static final Duration PATIENCE = Duration.ofSeconds(8);
    private static final int MAX_CANDIDATES = 16;

    private final SecureRandom random;

    /** What the server's answer says, and what proves one's right to ask. */
    private record Answer(List<Candidate> candidates, String serverUfrag, String serverPassword, String ownUfrag) {}

    MediaCheck(SecureRandom random) {
        this.random = random;
    }

    /**
     * @param stun where to ask for one's address; to compare with what media sees
     */
    List<Finding> examine(Signaling signaling, Target target, Optional<IceUrl> stun) {
        var instance = signaling.mediaInstance();
        if (instance.isEmpty()) {
            return List.of(Finding.failure(
                    MediaDiagnosis.MEDIA,
                    "this server carries no media: calls go from browser to browser only",
                    "give it a free port: --media-port 7881"));
        }
        try (var host = PeerHost.open(_ -> {})) {
            var offered = new CompletableFuture<String>();
            var connected = new CompletableFuture<Long>();
            long began = System.nanoTime();
            var connection = host.connect(
                            (_, _, event) -> {
                                if (event instanceof PeerEvent.ConnectionStateChange(var state)
                                        && state == PeerConnectionState.CONNECTED) {
                                    connected.complete((System.nanoTime() - began) / 1_000_000);
                                }
                            },
                            (now, made) -> {
                                made.addTransceiver(MediaKind.AUDIO, TransceiverInit.receiveOnly(MediaKind.AUDIO));
                                offered.complete(made.setLocalDescription(now).sdp());
                            })
                    .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            var offer = offered.join();
            var answerSdp = signaling.offer(instance.get(), offer);
            accept(host, connection, answerSdp);
            var answer = read(offer, answerSdp);
            var seen = observe(answer, target, connected);
            var findings = new ArrayList<>(MediaDiagnosis.of(seen, target.place()));
            stun.flatMap(url -> nat(answer, seen, url)).ifPresent(findings::add);
            return findings;
        } catch (Signaling.Refused e) {
            return List.of(Finding.failure(
                    MediaDiagnosis.MEDIA, "the server refuses the call: " + e.getMessage(), "see the server's log"));
        } catch (IOException | ExecutionException | TimeoutException e) {
            return List.of(
                    Finding.failure(MediaDiagnosis.MEDIA, "no call: " + Failures.words(e), "see the server's log"));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return List.of(Finding.skipped(MediaDiagnosis.MEDIA, "interrupted"));
        }
    }

    private static void accept(PeerHost host, PeerConnection connection, String sdp) {
        host.post(now -> {
            try {
                connection.setRemoteDescription(now, Description.answer(sdp));
            } catch (PeerException e) {
                throw new IllegalStateException("an answer that cannot be used", e);
            }
        });
    }

    private Observation observe(Answer answer, Target target, CompletableFuture<Long> connected)
            throws IOException, InterruptedException {
        var web = InetAddress.getByName(target.host());
        try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
            var checks = new ArrayList<Future<Observation.Advertised>>();
            for (var candidate : answer.candidates) {
                checks.add(pool.submit(() -> {
                    var address = Objects.requireNonNull(candidate.address());
                    boolean udp = candidate.transport() == Transport.UDP;
                    return new Observation.Advertised(
                            address, udp, udp ? byUdp(answer, address) : byTcp(answer, address));
                }));
            }
            var port = answer.candidates.stream()
                    .map(Candidate::address)
                    .mapToInt(address -> address == null ? 0 : address.port())
                    .findFirst();
            var atWeb = pool.submit(() -> port.isPresent() && byUdp(answer, TransportAddress.of(web, port.getAsInt())));
            var advertised = new ArrayList<Observation.Advertised>();
            for (var check : checks) {
                advertised.add(result(check));
            }
            // The call has its time only where something answers.
            long millis = Observation.anyAnswers(advertised) ? await(connected) : -1;
            return new Observation(advertised, millis >= 0, millis, web, result(atWeb), ownAddresses());
        }
    }

    private static long await(CompletableFuture<Long> connected) throws InterruptedException {
        try {
            return connected.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            return -1;
        }
    }

    private static <T> T result(Future<T> check) throws InterruptedException {
        try {
            return check.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    private boolean byUdp(Answer answer, TransportAddress to) {
        try (var socket = new DatagramSocket()) {
            return check(answer, StunLink.udp(socket, to)).isPresent();
        } catch (IOException e) {
            return false;
        }
    }

    private boolean byTcp(Answer answer, TransportAddress to) {
        try (var link = StunLink.iceTcp(to.socketAddress())) {
            return check(answer, link).isPresent();
        } catch (IOException e) {
            return false;
        }
    }

    /** A connectivity check (RFC 8445, 7.2.4), which nominates nothing. @return what the server sees one as */
    private Optional<TransportAddress> check(Answer answer, StunLink link) throws IOException {
        var success = new StunClient(link, random)
                .ask(
                        StunMethod.BINDING,
                        request -> request.username(answer.serverUfrag + ":" + answer.ownUfrag)
                                .u32(
                                        StunAttribute.PRIORITY,
                                        Candidate.priority(
                                                CandidateType.PEER_REFLEXIVE,
                                                Transport.UDP,
                                                Candidate.BEST_LOCAL_PREFERENCE))
                                .i64(StunAttribute.ICE_CONTROLLING, random.nextLong())
                                .integrity(IntegrityKey.shortTerm(answer.serverPassword))
                                .fingerprint());
        return success.messageClass() == StunClass.SUCCESS ? mapped(success) : Optional.empty();
    }

    private static Optional<TransportAddress> mapped(StunMessage success) {
        return Optional.ofNullable(success.xorAddress(StunAttribute.XOR_MAPPED_ADDRESS));
    }

    /** Two destinations see one socket: a translator that gives each another port is symmetric (RFC 4787, 4.1). */
    private Optional<Finding> nat(Answer answer, Observation seen, IceUrl url) {
        var to = new InetSocketAddress(url.host(), url.port());
        if (to.isUnresolved()) {
            return Optional.empty();
        }
        var stun = TransportAddress.of(to);
        var media = seen.udp().stream()
                .filter(each -> each.answers() && each.address().isIpv4() == stun.isIpv4())
                .findFirst();
        if (media.isEmpty()) {
            return Optional.empty();
        }
        try (var socket = new DatagramSocket()) {
            var first = mapped(new StunClient(StunLink.udp(socket, stun), random)
                    .ask(StunMethod.BINDING, StunWriter::fingerprint));
            var second = check(answer, StunLink.udp(socket, media.get().address()));
            return first.isEmpty() || second.isEmpty()
                    ? Optional.empty()
                    : Optional.of(NatGuess.of(first.get(), second.get(), socket.getLocalPort(), seen.own()));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static Answer read(String offer, String answer) throws IOException {
        if (!(SessionDescription.parse(offer) instanceof ParseResult.Parsed(var own))
                || !(SessionDescription.parse(answer) instanceof ParseResult.Parsed(var server))) {
            throw new IOException("the server's answer cannot be read");
        }
        var candidates = server.media().stream()
                .flatMap(section -> section.candidates().stream())
                .distinct()
                .map(line -> Candidate.parse("candidate:" + line))
                .filter(parsed -> parsed instanceof Candidate candidate && candidate.address() != null)
                .map(Candidate.class::cast)
                .limit(MAX_CANDIDATES)
                .toList();
        var transport = transport(server);
        return new Answer(
                candidates,
                transport.iceUfrag().orElse(""),
                transport.icePwd().orElse(""),
                transport(own).iceUfrag().orElse(""));
    }

    private static TransportDescription transport(SessionDescription description) {
        return description.media().isEmpty()
                ? description.transport()
                : description.transportOf(description.media().getFirst());
    }

    private static Set<InetAddress> ownAddresses() {
        try {
            return NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    // Without the scope, which a candidate cannot carry.
                    .map(address -> TransportAddress.of(address, 0).inetAddress())
                    .collect(Collectors.toCollection(LinkedHashSet::new));
        } catch (SocketException e) {
            return Set.of();
        }
    }
}
