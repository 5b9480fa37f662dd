package dev.stoa.loop;

import com.sun.management.ThreadMXBean;
import dev.stoa.dtls.DtlsCertificate;
import dev.stoa.sdp.ParseResult;
import dev.stoa.sdp.SessionDescription;
import dev.stoa.sfu.Counter;
import dev.stoa.sfu.Source;
import dev.stoa.sfu.ViewSize;
import dev.stoa.srtp.SrtpCrypto;
import java.lang.management.ManagementFactory;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The media side of a server: the PeerConnections of all participants, and the rooms they meet in.
 *
 * <p>Calling contract: any thread, but for one participant one at a time; no call blocks. Descriptions are read and written
 * on the caller's thread, the rest is the media loop's. What comes of a call comes as an {@link Outcome}, on any thread.
 */
public final class MediaNode implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MediaNode.class);
    /** Browsers look at the fingerprint alone; whatever else there is may look at the dates. */
    private static final Duration CLOCK_SKEW = Duration.ofDays(1);

    private static final Duration VALIDITY = Duration.ofDays(3650);
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final String OVERLOADED = "The server is too busy to take this offer.";

    private final SecureRandom random = new SecureRandom();
    private final ExecutorService handshakes = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<PeerKey, Negotiation> negotiations = new ConcurrentHashMap<>();
    private final String instance;
    private final Consumer<Outcome> outcomes;
    private final DtlsCertificate certificate;
    private final List<String> candidates;
    private final List<MediaLoop> loops;
    private final RoomPins pins;
    private final Set<Long> loopThreads = ConcurrentHashMap.newKeySet();

    /** Takes {@code port} over and starts the loops. */
    public MediaNode(MediaPort port, Consumer<Outcome> outcomes) {
        this.outcomes = outcomes;
        var name = new byte[8];
        random.nextBytes(name);
        this.instance = "media-" + HexFormat.of().formatHex(name);
        this.certificate = DtlsCertificate.generate(random, Instant.now().minus(CLOCK_SKEW), VALIDITY);
        this.candidates = port.sockets().candidateLines();
        var crypto = SrtpCrypto.libcryptoOrJdk();
        var factory = new PeerFactory(certificate, port.sockets().candidates(), crypto, handshakes, random);
        var owners = new Owners(port.lanes().size());
        this.loops = port.lanes().stream()
                .map(lane -> new MediaLoop(lane, owners, factory, random, outcomes))
                .toList();
        this.pins = new RoomPins(loops.size());
        for (var loop : loops) {
            loop.driver().start(loop);
            loop.driver().post(_ -> loopThreads.add(Thread.currentThread().threadId()));
        }
        LOG.info(
                "Media on port {}: sockets {}, SRTP {}, {} loop{}",
                port.number(),
                port.kind(),
                crypto.name(),
                loops.size(),
                loops.size() == 1 ? "" : "s");
    }

    /** Names this media side; another one after a restart. */
    public String instance() {
        return instance;
    }

    /** Of all loops. */
    public long count(MediaCounters.Kind kind) {
        return loops.stream().mapToLong(loop -> loop.counters().get(kind)).sum();
    }

    /** Of all loops. */
    public long count(Counter counter) {
        return loops.stream()
                .mapToLong(loop -> loop.routerCounters().get(counter))
                .sum();
    }

    /** What the loops' sockets count. */
    public long networkCount(dev.stoa.net.Counter counter) {
        return loops.stream().mapToLong(loop -> loop.driver().get(counter)).sum();
    }

    /** Bytes of the heap that the loops' threads have ever allocated: hardly more for many packets than for few. */
    public long allocatedBytes() {
        return loopThreads.stream()
                .mapToLong(thread -> Math.max(0, THREADS.getThreadAllocatedBytes(thread)))
                .sum();
    }

    /**
     * A participant offers its PeerConnection with the server; {@link Outcome.Answered} or {@link Outcome.Refused} follows.
     *
     * @param sources what it sends, by mid; the m-sections that it only receives in are its slots
     * @param tag comes back when it is refused
     */
    public void offer(String room, String participant, String sdp, Map<String, Source> sources, long tag) {
        switch (SessionDescription.parse(sdp)) {
            case ParseResult.Refused refused ->
                outcomes.accept(new Outcome.Refused(room, participant, refused.toString(), tag));
            case ParseResult.Parsed(var offer) -> answer(new PeerKey(room, participant), offer, sources, tag);
        }
    }

    private void answer(PeerKey key, SessionDescription offer, Map<String, Source> sources, long tag) {
        var earlier = negotiations.get(key);
        var negotiation = earlier != null && earlier.isContinuedBy(offer)
                ? earlier
                : new Negotiation(offer, certificate, candidates, random);
        switch (negotiation.answer(offer, sources)) {
            case Negotiation.Refused(var reason) -> refuse(key, reason, tag);
            case Negotiation.Agreed agreed -> {
                negotiations.put(key, negotiation);
                var loop = loops.get(pins.pin(key));
                if (!loop.driver().post(now -> loop.agree(now, key, agreed, negotiation != earlier))) {
                    refuse(key, OVERLOADED, tag);
                }
            }
        }
    }

    private void refuse(PeerKey key, String reason, long tag) {
        outcomes.accept(new Outcome.Refused(key.room(), key.participant(), reason, tag));
    }

    /** What a participant sends now, of what it has negotiated: only that is given slots. */
    public void setActive(String room, String participant, Set<Source> sources) {
        var active = Set.copyOf(sources);
        var key = new PeerKey(room, participant);
        var loop = loops.get(pins.pin(key));
        loop.driver().post(now -> loop.setActive(now, key, active));
    }

    /**
     * How large a participant sees what is in its slots.
     *
     * @param slots by mid, in place of all that was said before; what is in a slot that is not named is sent as good as it
     *     is. Those of audio are ignored
     */
    public void setView(String room, String participant, Map<String, ViewSize> slots) {
        var views = Map.copyOf(slots);
        var key = new PeerKey(room, participant);
        var loop = loops.get(pins.pin(key));
        loop.driver().post(now -> loop.setView(now, key, views));
    }

    /** A participant has left: its PeerConnection ends. Without effect when it has none. */
    public void leave(String room, String participant) {
        var key = new PeerKey(room, participant);
        negotiations.remove(key);
        int pinned = pins.release(key);
        if (pinned >= 0) {
            var loop = loops.get(pinned);
            loop.driver().post(now -> loop.leave(now, key));
        }
    }

    @Override
    public void close() {
        for (var loop : loops) {
            loop.driver().post(loop::closeAll);
            loop.driver().close();
        }
        handshakes.shutdownNow();
    }
}
