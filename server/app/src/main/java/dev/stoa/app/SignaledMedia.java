package dev.stoa.app;

import dev.stoa.loop.MediaNode;
import dev.stoa.loop.MediaPort;
import dev.stoa.loop.Outcome;
import dev.stoa.sfu.Source;
import dev.stoa.sfu.TrackId;
import dev.stoa.signaling.ErrorCode;
import dev.stoa.signaling.Media;
import dev.stoa.signaling.MediaEvent;
import dev.stoa.signaling.MediaServer;
import dev.stoa.signaling.Problem;
import dev.stoa.signaling.Slot;
import dev.stoa.signaling.SourceKind;
import dev.stoa.signaling.ViewSize;
import dev.stoa.signaling.WantedLayers;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/** The media side in signaling's words. */
final class SignaledMedia implements MediaServer, AutoCloseable {
    private final MediaNode node;

    SignaledMedia(MediaPort port, Consumer<MediaEvent> events) {
        this.node = new MediaNode(port, outcome -> events.accept(event(outcome)));
    }

    MediaNode node() {
        return node;
    }

    @Override
    public String instance() {
        return node.instance();
    }

    @Override
    public void offer(String room, String participant, String sdp, Map<String, SourceKind> sources, long n) {
        var byMid = new HashMap<String, Source>();
        sources.forEach((mid, kind) -> byMid.put(mid, source(kind)));
        node.offer(room, participant, sdp, byMid, n);
    }

    @Override
    public void setMedia(String room, String participant, Media media) {
        var active = EnumSet.noneOf(Source.class);
        if (media.microphone()) {
            active.add(Source.MICROPHONE);
        }
        if (media.camera()) {
            active.add(Source.CAMERA);
        }
        if (media.screen()) {
            active.add(Source.SCREEN);
            active.add(Source.SCREEN_AUDIO);
        }
        node.setActive(room, participant, active);
    }

    @Override
    public void setView(String room, String participant, Map<String, ViewSize> slots) {
        var byMid = new HashMap<String, dev.stoa.sfu.ViewSize>();
        slots.forEach((mid, size) -> byMid.put(mid, new dev.stoa.sfu.ViewSize(size.width(), size.height())));
        node.setView(room, participant, byMid);
    }

    @Override
    public void leave(String room, String participant) {
        node.leave(room, participant);
    }

    @Override
    public void close() {
        node.close();
    }

    private static MediaEvent event(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Answered(var room, var participant, var sdp) ->
                new MediaEvent.Answered(room, participant, sdp);
            case Outcome.Refused(var room, var participant, var reason, var tag) ->
                new MediaEvent.Refused(
                        room,
                        participant,
                        new Problem(
                                ErrorCode.SDP_INVALID,
                                "The offer cannot be used: " + reason,
                                "Send an offer as a browser makes it, all m-sections in one BUNDLE group."),
                        tag);
            case Outcome.Slots(var room, var participant, var slots) -> {
                var bySlot = new HashMap<String, Slot>();
                slots.forEach((mid, track) -> bySlot.put(mid, slot(track)));
                yield new MediaEvent.Slots(room, participant, bySlot);
            }
            case Outcome.Layers(var room, var participant, var layers) -> {
                var byMid = new HashMap<String, WantedLayers>();
                layers.forEach((mid, wanted) -> byMid.put(mid, wanted(wanted)));
                yield new MediaEvent.Layers(room, participant, byMid);
            }
        };
    }

    private static Slot slot(TrackId track) {
        return new Slot(track.participant(), kind(track.source()));
    }

    private static WantedLayers wanted(dev.stoa.sfu.WantedLayers wanted) {
        return switch (wanted) {
            case dev.stoa.sfu.WantedLayers.Rids(var rids) ->
                new WantedLayers.Rids(rids.stream().sorted().toList());
            case dev.stoa.sfu.WantedLayers.Spatial(var count) -> new WantedLayers.Spatial(count);
        };
    }

    private static Source source(SourceKind kind) {
        return switch (kind) {
            case MICROPHONE -> Source.MICROPHONE;
            case CAMERA -> Source.CAMERA;
            case SCREEN -> Source.SCREEN;
            case SCREEN_AUDIO -> Source.SCREEN_AUDIO;
        };
    }

    private static SourceKind kind(Source source) {
        return switch (source) {
            case MICROPHONE -> SourceKind.MICROPHONE;
            case CAMERA -> SourceKind.CAMERA;
            case SCREEN -> SourceKind.SCREEN;
            case SCREEN_AUDIO -> SourceKind.SCREEN_AUDIO;
        };
    }
}
