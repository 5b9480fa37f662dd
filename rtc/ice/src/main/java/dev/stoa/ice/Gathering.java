package dev.stoa.ice;

import dev.stoa.stun.StunAttribute;
import dev.stoa.stun.StunClass;
import dev.stoa.stun.StunMessage;
import dev.stoa.wire.TransportAddress;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** The questions to STUN servers: those to be sent, and how many are without an answer (RFC 8445, 5.1.1.2). */
final class Gathering {
    static final int MAX_QUESTIONS = 32;

    record Question(LocalBase base, TransportAddress server) {}

    private final Queue<IceEvent> events;
    private final Queue<Question> waiting = new ArrayDeque<>();
    private int open;

    Gathering(Queue<IceEvent> events) {
        this.events = events;
    }

    /** False when the server is of another address family. */
    boolean ask(LocalBase base, TransportAddress server) {
        if (waiting.size() + open >= MAX_QUESTIONS) {
            throw new IllegalArgumentException("more questions to STUN servers than " + MAX_QUESTIONS);
        }
        return base.address().isIpv4() == server.isIpv4() && waiting.add(new Question(base, server));
    }

    boolean hasNext() {
        return !waiting.isEmpty();
    }

    /** The next to be sent; it is open until {@link #answered}. */
    @Nullable Question next() {
        var question = waiting.poll();
        if (question != null) {
            open++;
        }
        return question;
    }

    /** One was answered, or is given up. */
    void answered() {
        open--;
        endIfOver();
    }

    private void endIfOver() {
        if (isOver()) {
            events.add(new IceEvent.GatheringComplete());
        }
    }

    boolean isOver() {
        return open == 0 && waiting.isEmpty();
    }

    void remove(LocalBase base) {
        if (waiting.removeIf(question -> question.base.equals(base))) {
            endIfOver();
        }
    }

    void stop() {
        waiting.clear();
        open = 0;
    }

    /** What the server sees us as, or null when it does not say, or nothing that can be. */
    static @Nullable TransportAddress mappedAddress(StunMessage answer) {
        if (answer.messageClass() != StunClass.SUCCESS) {
            return null;
        }
        var xored = answer.xorAddress(StunAttribute.XOR_MAPPED_ADDRESS);
        var mapped = xored != null ? xored : answer.address(StunAttribute.MAPPED_ADDRESS);
        return mapped != null && Addresses.isUsable(mapped) ? mapped : null;
    }
}
