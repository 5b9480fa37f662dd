package dev.stoa.signaling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import org.junit.jupiter.api.Test;

class OutboxTest {
    private final Outbox outbox = new Outbox();

    @Test
    void deliversAgainWhatWasMissed() {
        add(5);
        assertEquals(List.of(4L, 5L), missedAfter(3));
        assertEquals(List.of(), missedAfter(5));
    }

    @Test
    void forgetsWhatWasReceived() {
        add(5);
        outbox.forget(4);
        assertEquals(List.of(5L), missedAfter(4));
        assertNull(outbox.after(3));
    }

    @Test
    void aNumberThatWasNeverGivenIsAGap() {
        add(2);
        assertNull(outbox.after(3));
    }

    @Test
    void isBoundedInMessagesAndInSize() {
        add(Outbox.MAX_MESSAGES + 10);
        assertNull(outbox.after(9));
        assertEquals(Outbox.MAX_MESSAGES, missedAfter(10).size());
        for (int i = 0; i < 50; i++) {
            outbox.add(chat("x".repeat(Outbox.MAX_BYTES / 10)));
        }
        var kept = outbox.after(outbox.lastSeq() - 9);
        assertNotNull(kept);
        assertNull(outbox.after(outbox.lastSeq() - 11));
    }

    private void add(int count) {
        for (int i = 0; i < count; i++) {
            outbox.add(chat("hello"));
        }
    }

    private List<Long> missedAfter(long seq) {
        var missed = outbox.after(seq);
        assertNotNull(missed);
        return missed.stream().map(Outbox.Numbered::seq).toList();
    }

    private static Outgoing chat(String text) {
        return new Outgoing(new ServerMessage.Chat("p-1", "Anna", "c-1", text, 0));
    }
}
