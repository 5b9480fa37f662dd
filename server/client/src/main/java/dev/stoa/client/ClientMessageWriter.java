package dev.stoa.client;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.stoa.signaling.ClientMessage;
import dev.stoa.signaling.ClientMessageReader;
import dev.stoa.signaling.IceCandidate;
import dev.stoa.signaling.Media;
import dev.stoa.signaling.SourceKind;
import dev.stoa.signaling.TopologyWish;
import dev.stoa.signaling.ViewSize;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Map;

/** Writes what a client says. */
final class ClientMessageWriter {
    private ClientMessageWriter() {}

    /** @param n the message's number; 0 for none */
    static String write(ClientMessage message, long n) {
        var text = new StringWriter();
        try (var g = Json.FACTORY.createGenerator(text)) {
            g.writeStartObject();
            write(g, message);
            if (n > 0) {
                g.writeNumberField("n", n);
            }
            g.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory does no I/O", e);
        }
        return text.toString();
    }

    private static void write(JsonGenerator g, ClientMessage message) throws IOException {
        switch (message) {
            case ClientMessage.Join join -> join(g, join);
            case ClientMessage.Leave() -> g.writeStringField("type", "leave");
            case ClientMessage.Rename(var name) -> {
                g.writeStringField("type", "rename");
                g.writeStringField("name", name);
            }
            case ClientMessage.SetMedia(var media) -> {
                g.writeStringField("type", "media");
                media(g, media);
            }
            case ClientMessage.View(var slots) -> {
                g.writeStringField("type", "view");
                sizes(g, slots);
            }
            case ClientMessage.Chat(var id, var text) -> {
                g.writeStringField("type", "chat");
                g.writeStringField("id", id);
                g.writeStringField("text", text);
            }
            case ClientMessage.Ping(var t, var seq) -> {
                g.writeStringField("type", "ping");
                if (t != null) {
                    g.writeNumberField("t", t);
                }
                if (seq != null) {
                    g.writeNumberField("seq", seq);
                }
            }
            case ClientMessage.Offer(var to, var instance, var sdp, var sources) -> {
                addressed(g, "offer", to, instance);
                description(g, sdp, sources);
            }
            case ClientMessage.Answer(var to, var instance, var sdp, var sources) -> {
                addressed(g, "answer", to, instance);
                description(g, sdp, sources);
            }
            case ClientMessage.Candidate(var to, var instance, var candidate) -> {
                addressed(g, "candidate", to, instance);
                if (candidate == null) {
                    g.writeNullField("candidate");
                } else {
                    candidate(g, candidate);
                }
            }
        }
    }

    private static void join(JsonGenerator g, ClientMessage.Join join) throws IOException {
        g.writeStringField("type", "join");
        g.writeNumberField("version", ClientMessageReader.VERSION);
        g.writeStringField("room", join.room());
        g.writeStringField("name", join.name());
        g.writeStringField("instance", join.instance());
        media(g, join.media());
        if (join.topology() != TopologyWish.AUTO) {
            g.writeStringField("topology", join.topology().wireName());
        }
        if (join.token() != null) {
            g.writeStringField("token", join.token());
        }
        var resume = join.resume();
        if (resume != null) {
            g.writeObjectFieldStart("resume");
            g.writeStringField("token", resume.token());
            g.writeNumberField("seq", resume.seq());
            g.writeEndObject();
        }
    }

    private static void media(JsonGenerator g, Media media) throws IOException {
        g.writeObjectFieldStart("media");
        g.writeBooleanField("microphone", media.microphone());
        g.writeBooleanField("camera", media.camera());
        g.writeBooleanField("screen", media.screen());
        g.writeEndObject();
    }

    private static void sizes(JsonGenerator g, Map<String, ViewSize> slots) throws IOException {
        g.writeObjectFieldStart("slots");
        for (var slot : slots.entrySet()) {
            g.writeObjectFieldStart(slot.getKey());
            g.writeNumberField("width", slot.getValue().width());
            g.writeNumberField("height", slot.getValue().height());
            g.writeEndObject();
        }
        g.writeEndObject();
    }

    private static void addressed(JsonGenerator g, String type, String to, String instance) throws IOException {
        g.writeStringField("type", type);
        g.writeStringField("to", to);
        g.writeStringField("instance", instance);
    }

    private static void description(JsonGenerator g, String sdp, Map<String, SourceKind> sources) throws IOException {
        g.writeStringField("sdp", sdp);
        g.writeObjectFieldStart("sources");
        for (var source : sources.entrySet()) {
            g.writeStringField(source.getKey(), source.getValue().wireName());
        }
        g.writeEndObject();
    }

    private static void candidate(JsonGenerator g, IceCandidate candidate) throws IOException {
        g.writeObjectFieldStart("candidate");
        g.writeStringField("candidate", candidate.candidate());
        g.writeStringField("sdpMid", candidate.sdpMid());
        var index = candidate.sdpMLineIndex();
        if (index == null) {
            g.writeNullField("sdpMLineIndex");
        } else {
            g.writeNumberField("sdpMLineIndex", index);
        }
        g.writeStringField("usernameFragment", candidate.usernameFragment());
        g.writeEndObject();
    }
}
