package dev.stoa.net;

import java.lang.foreign.Arena;

/**
 * Sends bursts: packets of equal size as one message that the kernel cuts, as many messages in one call as there are.
 *
 * <p>The kernel refuses to cut where a device cannot add checksums (EIO) or a packet is longer than the path's MTU (EINVAL,
 * EMSGSIZE). Then the burst's packets go out one by one, and after some refusals in a row the socket asks no more for a
 * minute: one destination that cannot should not spoil it for all, nor each burst fail first.
 */
final class FfmSender {
    /** UDP_MAX_SEGMENTS of Linux; newer ones allow 128. */
    private static final int MAX_SEGMENTS = 64;

    /** The longest UDP packet over IPv4, which a message may not exceed before it is cut either. */
    private static final int MAX_MESSAGE_BYTES = 65_507;

    private static final int MESSAGES = 256;
    private static final int MAX_REFUSALS = 16;
    private static final long REFUSED_NANOS = 60_000_000_000L;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int MSG_NOSIGNAL = 0x4000;

    /** What a socket has learned. */
    static final class State {
        final int fd;
        final boolean isIpv6;
        final boolean canSegment;
        private int refusals;
        private long segmentAgainNanos;

        State(int fd, boolean isIpv6, boolean canSegment) {
            this.fd = fd;
            this.isIpv6 = isIpv6;
            this.canSegment = canSegment;
        }
    }

    /** Messages on their way, and what each one is made of. */
    private static final class Messages {
        final MessageSlab slab;
        final long[] highs;
        final long[] lows;
        final int[] ports;
        final long[] addresses;
        final int[] bytes;
        final int[] segments;
        final int[] packets;
        int count;

        Messages(Arena arena, int capacity) {
            slab = new MessageSlab(arena, capacity);
            slab.prepareSegments();
            highs = new long[capacity];
            lows = new long[capacity];
            ports = new int[capacity];
            addresses = new long[capacity];
            bytes = new int[capacity];
            segments = new int[capacity];
            packets = new int[capacity];
        }

        void add(boolean isIpv6, long high, long low, int port, long address, int length, int segment, int of) {
            slab.setRemote(count, isIpv6, high, low, port);
            slab.setData(count, address, length);
            slab.setSegment(count, segment);
            highs[count] = high;
            lows[count] = low;
            ports[count] = port;
            addresses[count] = address;
            bytes[count] = length;
            segments[count] = segment;
            packets[count++] = of;
        }
    }

    private final Libc libc;
    private final Counters counters;
    private final Messages messages;
    /** The packets of a burst that was refused. */
    private final Messages singles;

    FfmSender(Arena arena, Libc libc, Counters counters) {
        this.libc = libc;
        this.counters = counters;
        this.messages = new Messages(arena, MESSAGES);
        this.singles = new Messages(arena, MAX_SEGMENTS);
    }

    void send(long nowNanos, State socket, SendBatch batch, int[] bursts, int count) {
        boolean segment = socket.canSegment && nowNanos >= socket.segmentAgainNanos;
        for (int i = 0; i < count; i++) {
            int burst = bursts[i];
            if (!socket.isIpv6 && !batch.isIpv4(burst)) {
                counters.add(Counter.DROPPED_SEND_REFUSED, batch.packets(burst));
            } else {
                add(nowNanos, socket, batch, burst, segment);
            }
        }
        transmit(nowNanos, socket, messages);
    }

    private void add(long nowNanos, State socket, SendBatch batch, int burst, boolean segment) {
        long address = batch.area(burst).address();
        int end = batch.packets(burst);
        for (int packet = 0; packet < end; ) {
            int first = batch.length(burst, packet);
            int bytes = first;
            int next = packet + 1;
            boolean isWhole = true;
            while (segment && isWhole && next < end && next - packet < MAX_SEGMENTS) {
                int length = batch.length(burst, next);
                if (length > first || bytes + length > MAX_MESSAGE_BYTES) {
                    break;
                }
                isWhole = length == first;
                bytes += length;
                next++;
            }
            if (messages.count == MESSAGES) {
                transmit(nowNanos, socket, messages);
            }
            int packets = next - packet;
            messages.add(
                    socket.isIpv6,
                    batch.highs[burst],
                    batch.lows[burst],
                    batch.ports[burst],
                    address,
                    bytes,
                    packets > 1 ? first : 0,
                    packets);
            address += bytes;
            packet = next;
        }
    }

    private void transmit(long nowNanos, State socket, Messages queue) {
        int at = 0;
        while (at < queue.count) {
            int sent = libc.sendmmsg(socket.fd, queue.slab.address(at), queue.count - at, MSG_DONTWAIT | MSG_NOSIGNAL);
            if (sent > 0) {
                counters.add(Counter.SEND_BATCHES, 1);
                countSent(socket, queue, at, at + sent);
                at += sent;
                continue;
            }
            switch (libc.errno()) {
                case Libc.EINTR -> {
                    // Once more.
                }
                case Libc.EAGAIN, Libc.ENOBUFS, Libc.ENOMEM -> {
                    drop(Counter.DROPPED_SEND_BUFFER_FULL, queue, at, queue.count);
                    at = queue.count;
                }
                case Libc.EIO, Libc.EINVAL, Libc.EMSGSIZE -> {
                    if (queue.segments[at] > 0) {
                        handleRefusal(nowNanos, socket, at);
                    } else {
                        drop(Counter.DROPPED_SEND_REFUSED, queue, at, at + 1);
                    }
                    at++;
                }
                default -> {
                    drop(Counter.DROPPED_SEND_REFUSED, queue, at, at + 1);
                    at++;
                }
            }
        }
        queue.count = 0;
    }

    private void countSent(State socket, Messages queue, int from, int to) {
        long packets = 0;
        long bytes = 0;
        long bursts = 0;
        long inBursts = 0;
        for (int i = from; i < to; i++) {
            packets += queue.packets[i];
            bytes += queue.bytes[i];
            if (queue.segments[i] > 0) {
                bursts++;
                inBursts += queue.packets[i];
            }
        }
        counters.add(Counter.PACKETS_OUT, packets);
        counters.add(Counter.BYTES_OUT, bytes);
        if (bursts > 0) {
            socket.refusals = 0;
            counters.add(Counter.GSO_BURSTS, bursts);
            counters.add(Counter.GSO_PACKETS, inBursts);
        }
    }

    private void drop(Counter why, Messages queue, int from, int to) {
        for (int i = from; i < to; i++) {
            counters.add(why, queue.packets[i]);
        }
    }

    /** Sends a burst of {@link #messages} one by one. */
    private void handleRefusal(long nowNanos, State socket, int at) {
        counters.add(Counter.GSO_REFUSED, 1);
        if (++socket.refusals >= MAX_REFUSALS) {
            socket.refusals = 0;
            socket.segmentAgainNanos = nowNanos + REFUSED_NANOS;
        }
        int segment = messages.segments[at];
        for (int from = 0; from < messages.bytes[at]; from += segment) {
            singles.add(
                    socket.isIpv6,
                    messages.highs[at],
                    messages.lows[at],
                    messages.ports[at],
                    messages.addresses[at] + from,
                    Math.min(segment, messages.bytes[at] - from),
                    0,
                    1);
        }
        transmit(nowNanos, socket, singles);
    }
}
