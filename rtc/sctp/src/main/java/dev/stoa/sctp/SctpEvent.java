package dev.stoa.sctp;

import java.util.List;

/** What an association tells the data channels. */
sealed interface SctpEvent {
    record Connected() implements SctpEvent {}

    record Message(SctpMessage message) implements SctpEvent {}

    /** The other side has begun these streams of its own anew: it closes their channels. */
    record IncomingReset(List<Integer> streams) implements SctpEvent {
        public IncomingReset {
            streams = List.copyOf(streams);
        }
    }

    /** The other side has taken notice of our own reset. */
    record OutgoingReset(List<Integer> streams) implements SctpEvent {
        public OutgoingReset {
            streams = List.copyOf(streams);
        }
    }

    /** The last event. */
    record Closed(boolean isFailure, String detail) implements SctpEvent {}
}
