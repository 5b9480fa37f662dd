package dev.stoa.net;

/** What a {@link Driver} counts; the names are those of the metrics. */
public enum Counter {
    /** Packets handed to the handler. */
    PACKETS_IN,
    BYTES_IN,
    /** Packets that the kernel took. */
    PACKETS_OUT,
    BYTES_OUT,
    /** Calls to receive that brought something. */
    RECEIVE_BATCHES,
    /** Calls to send; one carries many packets where the system allows it. */
    SEND_BATCHES,
    /** Messages that the kernel cut into several packets (UDP_SEGMENT). */
    GSO_BURSTS,
    /** The packets in these. */
    GSO_PACKETS,
    /** Bursts that the kernel refused to cut; their packets went out one by one. */
    GSO_REFUSED,
    /** Received messages that held several packets (UDP_GRO). */
    GRO_BURSTS,
    /** Packets that another driver received and passed on; also in PACKETS_IN. */
    PACKETS_CROSSED,
    /** Times another thread woke the loop. */
    WAKE_UPS,
    /** Tasks run. */
    TASKS,
    /** Throwables out of the handler or a task. */
    FAULTS,
    /** TCP connections accepted. */
    CONNECTIONS,
    /** TCP connections taken over from another driver. */
    CONNECTIONS_TAKEN_OVER,

    /** Received packets longer than allowed. */
    DROPPED_TOO_LONG,
    /** Packets passed on by another driver when the ring was full. */
    DROPPED_CROSSING_FULL,
    /** Received packets without a byte. */
    DROPPED_EMPTY,
    /** Packets that the kernel dropped because the receive buffer was full. */
    DROPPED_RECEIVE_BUFFER_FULL,
    /** Packets to be sent when the kernel's send buffer was full. */
    DROPPED_SEND_BUFFER_FULL,
    /** Packets that the kernel refused: no route, forbidden, too long. */
    DROPPED_SEND_REFUSED,
    /** Packets to a socket or connection that is closed. */
    DROPPED_NO_SOCKET,
    /** Packets to a TCP connection whose write queue was full. */
    DROPPED_WRITE_QUEUE_FULL,
    /** TCP connections refused because there are too many, in all or from their source. */
    REFUSED_CONNECTIONS,
    /** TCP connections closed because of a frame longer than allowed. */
    CLOSED_FRAME_TOO_LONG,
    /** TCP connections closed because nothing came. */
    CLOSED_IDLE,
    /** Tasks refused because the queue was full. */
    REFUSED_TASKS
}
