package dev.stoa.doctor;

import dev.stoa.stun.StunClass;
import dev.stoa.stun.StunMessage;
import dev.stoa.stun.StunWriter;
import dev.stoa.stun.TransactionId;
import dev.stoa.wire.Datagram;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.function.Consumer;

/** Asks by a link, again when it may have got lost (RFC 8489, 6.2.1, with less patience). */
final class StunClient {
    private static final int MAX_BYTES = 1500;
    private static final Duration[] LOSSY = {
        Duration.ofMillis(250), Duration.ofMillis(500), Duration.ofMillis(1000), Duration.ofMillis(1500)
    };
    private static final Duration[] RELIABLE = {Duration.ofSeconds(4)};

    private final StunLink link;
    private final SecureRandom random;

    StunClient(StunLink link, SecureRandom random) {
        this.link = link;
        this.random = random;
    }

    /** @throws IOException when nobody answers */
    StunMessage ask(int method, Consumer<StunWriter> attributes) throws IOException {
        var id = TransactionId.random(random);
        var request = Datagram.allocate(MAX_BYTES);
        attributes.accept(new StunWriter(request, StunClass.REQUEST, method, id));
        for (var patience : link.isLossy() ? LOSSY : RELIABLE) {
            link.send(request);
            long end = System.nanoTime() + patience.toNanos();
            for (var left = patience; left.isPositive(); left = Duration.ofNanos(end - System.nanoTime())) {
                var answer = link.receive(left);
                if (answer == null) {
                    break;
                }
                if (answer.transactionId().equals(id)
                        && (answer.messageClass() == StunClass.SUCCESS || answer.messageClass() == StunClass.ERROR)) {
                    return answer;
                }
            }
        }
        throw new IOException("no answer in time");
    }

    /** Sends what nobody answers. */
    void indicate(int method, Consumer<StunWriter> attributes) throws IOException {
        var indication = Datagram.allocate(MAX_BYTES);
        attributes.accept(new StunWriter(indication, StunClass.INDICATION, method, TransactionId.random(random)));
        link.send(indication);
    }
}
