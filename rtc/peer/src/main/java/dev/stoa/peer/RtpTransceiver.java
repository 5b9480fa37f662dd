package dev.stoa.peer;

import dev.stoa.sdp.Capabilities;
import dev.stoa.sdp.Direction;
import dev.stoa.sdp.MediaKind;
import dev.stoa.sdp.NegotiatedSection;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A sender and a receiver that share an m-section (W3C WebRTC, 5.4: RTCRtpTransceiver). */
public final class RtpTransceiver {
    private final MediaKind kind;
    private final Capabilities capabilities;
    private final RtpSender sender;
    private final RtpReceiver receiver;
    private final boolean byAddTrack;
    private final Runnable changed;
    private Direction direction;
    private @Nullable Direction currentDirection;
    private @Nullable String mid;
    private boolean stopped;

    /**
     * @param byAddTrack whether an m-section that the other side offers may take it
     * @param changed called when an offer is due
     */
    RtpTransceiver(
            MediaKind kind,
            TransceiverInit init,
            RtpSender sender,
            RtpReceiver receiver,
            boolean byAddTrack,
            Runnable changed) {
        this.kind = kind;
        this.capabilities = init.capabilities();
        this.direction = init.direction();
        this.sender = sender;
        this.receiver = receiver;
        this.byAddTrack = byAddTrack;
        this.changed = changed;
    }

    static Capabilities defaultCapabilities(MediaKind kind) {
        return switch (kind) {
            case AUDIO -> Capabilities.AUDIO;
            case VIDEO -> Capabilities.VIDEO;
            case APPLICATION, OTHER -> throw new IllegalArgumentException("a transceiver has audio or video");
        };
    }

    public MediaKind kind() {
        return kind;
    }

    /** Empty until an offer or answer has a place for it. */
    public Optional<String> mid() {
        return Optional.ofNullable(mid);
    }

    public RtpSender sender() {
        return sender;
    }

    public RtpReceiver receiver() {
        return receiver;
    }

    /** What is wanted. */
    public Direction direction() {
        return direction;
    }

    /** Another direction, from the next exchange of offer and answer on. */
    public void setDirection(Direction wanted) {
        if (stopped) {
            throw new IllegalStateException("a stopped transceiver has no direction");
        }
        if (direction != wanted) {
            direction = wanted;
            changed.run();
        }
    }

    /** What is negotiated; empty before that, and when it is stopped. */
    public Optional<Direction> currentDirection() {
        return Optional.ofNullable(currentDirection);
    }

    /** Ends both ways for ever; the m-section is rejected from the next description on. */
    public void stop() {
        if (!stopped) {
            end();
            changed.run();
        }
    }

    public boolean isStopped() {
        return stopped;
    }

    Capabilities capabilities() {
        return capabilities;
    }

    /** JSEP's rule for offered sections (RFC 9429, 5.10). */
    boolean mayTakeOfferedSection(MediaKind offered) {
        return byAddTrack && !stopped && mid == null && kind == offered;
    }

    /** @param mid null when the description that gave it is rolled back */
    void setMid(@Nullable String mid) {
        this.mid = mid;
    }

    /**
     * Takes what was negotiated.
     *
     * @param section null when there is no such section any more
     * @return whether the other side sends from now on, and did not before
     */
    boolean apply(@Nullable NegotiatedSection section) {
        if (section == null) {
            end();
            return false;
        }
        boolean received = currentDirection != null && currentDirection.receives();
        currentDirection = section.direction();
        sender.configure(section.direction().sends() ? section : null);
        receiver.configure(section);
        return currentDirection.receives() && !received;
    }

    private void end() {
        stopped = true;
        direction = Direction.INACTIVE;
        currentDirection = null;
        sender.configure(null);
    }
}
