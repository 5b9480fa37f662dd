package dev.stoa.sfu;

import dev.stoa.wire.Datagram;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The media of a room: who sends what, and who gets which of it in which slot.
 *
 * <p>Calling contract: {@link #join}, {@link #publish} and {@link #addSlots} as signaling says; packets go to the
 * {@link Member}. After a batch of input, and when {@link #nextTimeout} has come: {@link #handleTimeout}, then
 * {@link #pollRtcp} until it returns null. From within any call packets may leave and slots may change, by the
 * {@link MemberOutput} of any member; those must not call back. {@link #close} frees all memory.
 */
public final class Room implements AutoCloseable {
    private static final long NEVER = Long.MAX_VALUE;

    /** How often it is looked who is loud, where not all can be heard. */
    private static final long LOUDNESS_INTERVAL_NANOS = 250_000_000L;

    /** How often it is looked which layers come and what may be sent. */
    private static final long LAYERS_INTERVAL_NANOS = 200_000_000L;

    private final SfuSettings settings;
    private final SfuCounters counters;
    private final RandomGenerator random;
    private final Allowance allowance;
    private final List<Member> members = new ArrayList<>();
    private final ActiveSpeakers speakers = new ActiveSpeakers();
    private long loudnessNanos = NEVER;
    private long layersNanos = NEVER;
    private int pollFrom;

    /** @param random secure: names and first sequence numbers come from it */
    public Room(SfuSettings settings, SfuCounters counters, RandomGenerator random) {
        this(settings, counters, random, Allowance.UNLIMITED);
    }

    /** @param allowance what may be sent to its members */
    public Room(SfuSettings settings, SfuCounters counters, RandomGenerator random, Allowance allowance) {
        this.allowance = allowance;
        this.settings = settings;
        this.counters = counters;
        this.random = random;
    }

    /** @throws IllegalStateException when somebody with this id is there */
    public Member join(long nowNanos, MemberParameters parameters, MemberOutput output) {
        if (member(parameters.id()) != null) {
            throw new IllegalStateException(parameters.id() + " is there already");
        }
        var publisher = new Publisher(
                settings,
                counters,
                parameters.extensions(),
                randomName(),
                random.nextLong(1L << 32),
                parameters.reducedSize());
        var subscriber = new Subscriber(settings, counters, output, random, allowance);
        var member = new Member(parameters.id(), output, publisher, subscriber, counters);
        members.add(member);
        allocateAll(nowNanos);
        return member;
    }

    /** Ends what the member sends and receives, and frees its memory. */
    public void leave(long nowNanos, Member member) {
        if (members.remove(member)) {
            member.subscriber().close(nowNanos);
            member.publisher().unpublishAll();
            pollFrom = 0;
            allocateAll(nowNanos);
        }
    }

    public List<Member> members() {
        return Collections.unmodifiableList(members);
    }

    public @Nullable Member member(String id) {
        for (var member : members) {
            if (member.id().equals(id)) {
                return member;
            }
        }
        return null;
    }

    /**
     * The member sends this from now on; the source is on. A recorder and the like are added to what is returned.
     *
     * @throws IllegalStateException when it sends it already, or too much ({@link Publisher#canPublish})
     */
    public Track publish(long nowNanos, Member member, TrackParameters parameters) {
        requireMember(member);
        if (!parameters.id().participant().equals(member.id())) {
            throw new IllegalArgumentException(parameters.id() + " of " + member.id());
        }
        var track = member.publisher().publish(parameters);
        member.setActive(parameters.id().source(), true);
        allocateAll(nowNanos);
        return track;
    }

    /** The member does not send this any more; nothing when it did not. */
    public void unpublish(long nowNanos, Member member, Source source) {
        member.publisher().unpublish(new TrackId(member.id(), source));
        allocateAll(nowNanos);
    }

    /** Whether there is something to see or hear: a source that is off leaves its slots to others. */
    public void setActive(long nowNanos, Member member, Source source, boolean active) {
        member.setActive(source, active);
        allocateAll(nowNanos);
    }

    /** The member can receive more. @throws IllegalStateException when a slot is not new ({@link Subscriber#canAddSlot}) */
    public void addSlots(long nowNanos, Member member, List<SlotParameters> slots) {
        requireMember(member);
        for (var slot : slots) {
            member.subscriber().addSlot(slot);
            member.allocator().addSlot(slot.mid(), slot.video());
        }
        allocate(nowNanos, member, candidates(nowNanos));
        scheduleLoudness(nowNanos);
        tellLayers(nowNanos);
    }

    /**
     * How large the member sees what is in its slots.
     *
     * @param views by mid; what is in a slot that is not named is sent as good as it is
     */
    public void setView(long nowNanos, Member member, Map<String, ViewSize> views) {
        requireMember(member);
        for (var slot : member.subscriber().slots()) {
            var mid = slot.slot().mid();
            var view = views.getOrDefault(mid, ViewSize.BEST);
            slot.setView(nowNanos, view);
            member.allocator().setView(mid, view);
        }
        tellLayers(nowNanos);
    }

    /** Null when nobody sends it. */
    public @Nullable Track track(TrackId id) {
        var member = member(id.participant());
        return member == null ? null : member.publisher().track(id);
    }

    /** When {@link #handleTimeout} or {@link #pollRtcp} has something to do. */
    public long nextTimeout() {
        long due = Math.min(loudnessNanos, layersNanos);
        for (int i = 0; i < members.size(); i++) { // without an iterator: asked for after each batch
            due = Math.min(due, members.get(i).nextTimeout());
        }
        return due;
    }

    public void handleTimeout(long nowNanos) {
        if (nowNanos >= layersNanos) {
            reconsiderLayers(nowNanos);
        }
        if (nowNanos < loudnessNanos) {
            return;
        }
        loudnessNanos = NEVER;
        speakers.update(nowNanos, loudness(nowNanos));
        var candidates = candidates(nowNanos);
        for (var member : members) {
            if (member.allocator().isShort()) {
                allocate(nowNanos, member, candidates);
            }
        }
        scheduleLoudness(nowNanos);
        tellLayers(nowNanos);
    }

    /** Writes a compound RTCP packet and returns whom to send it to; null: nothing is due. */
    public @Nullable Member pollRtcp(long nowNanos, Datagram into) {
        while (pollFrom < members.size()) {
            var member = members.get(pollFrom);
            if (member.nextTimeout() <= nowNanos && member.pollRtcp(nowNanos, into)) {
                return member;
            }
            pollFrom++;
        }
        pollFrom = 0;
        return null;
    }

    /** Native memory held, in bytes. */
    public long cacheBytes() {
        long bytes = 0;
        for (var member : members) {
            for (var track : member.publisher().tracks()) {
                bytes += track.cacheBytes();
            }
        }
        return bytes;
    }

    @Override
    public void close() {
        for (var member : members) {
            member.publisher().unpublishAll();
        }
        members.clear();
    }

    private void allocateAll(long nowNanos) {
        var candidates = candidates(nowNanos);
        for (var member : members) {
            allocate(nowNanos, member, candidates);
        }
        scheduleLoudness(nowNanos);
        tellLayers(nowNanos);
    }

    private void reconsiderLayers(long nowNanos) {
        layersNanos = NEVER;
        for (int i = 0; i < members.size(); i++) { // without iterators: a few times in a second for all
            members.get(i).subscriber().reconsider(nowNanos);
            members.get(i).publisher().reconsider(nowNanos);
        }
        tellLayers(nowNanos);
    }

    private void tellLayers(long nowNanos) {
        boolean video = false;
        for (int i = 0; i < members.size(); i++) {
            var member = members.get(i);
            video |= member.publisher().hasVideo();
            if (member.publisher().updateDemand(nowNanos)) {
                member.output().layersChanged(member.publisher().wantedLayers());
            }
        }
        layersNanos = video ? Math.min(layersNanos, nowNanos + LAYERS_INTERVAL_NANOS) : NEVER;
    }

    /** All sources that are on. */
    private List<SlotAllocator.Candidate> candidates(long nowNanos) {
        var candidates = new ArrayList<SlotAllocator.Candidate>();
        for (var member : members) {
            for (var track : member.publisher().tracks()) {
                if (member.isActive(track.id().source())) {
                    candidates.add(new SlotAllocator.Candidate(
                            track.id(), track.loudness(nowNanos), speakers.rank(member.id())));
                }
            }
        }
        return candidates;
    }

    /** Of all who can be heard. */
    private Map<String, Double> loudness(long nowNanos) {
        var loudness = new LinkedHashMap<String, Double>();
        for (var member : members) {
            var microphone = member.publisher().track(new TrackId(member.id(), Source.MICROPHONE));
            if (microphone != null && member.isActive(Source.MICROPHONE)) {
                loudness.put(member.id(), microphone.loudness(nowNanos));
            }
        }
        return loudness;
    }

    private void allocate(long nowNanos, Member receiver, List<SlotAllocator.Candidate> candidates) {
        var others = candidates.stream()
                .filter(candidate -> !candidate.id().participant().equals(receiver.id()))
                .toList();
        if (!receiver.allocator().allocate(nowNanos, others)) {
            return;
        }
        var map = receiver.allocator().slots();
        for (var slot : receiver.subscriber().slots()) {
            var track = map.get(slot.slot().mid());
            slot.setTrack(nowNanos, track == null ? null : track(track));
        }
        receiver.output().slotsChanged(map);
    }

    private void scheduleLoudness(long nowNanos) {
        boolean matters = members.stream().anyMatch(member -> member.allocator().isShort());
        loudnessNanos = matters ? Math.min(loudnessNanos, nowNanos + LOUDNESS_INTERVAL_NANOS) : NEVER;
    }

    private void requireMember(Member member) {
        if (!members.contains(member)) {
            throw new IllegalStateException(member.id() + " has left");
        }
    }

    private String randomName() {
        var bytes = new byte[12];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
