package dev.stoa.net;

import dev.stoa.wire.Datagram;
import dev.stoa.wire.TransportAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.net.InetSocketAddress;
import java.net.SocketOption;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.NetworkChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Sockets by java.nio: a call a packet, and some garbage for each. */
final class NioSocketSet extends SocketSet {
    private static final int ADDRESSES = 1024;
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final DriverOptions options;
    private final Counters counters;
    private final Selector selector;
    private final Arena arena = Arena.ofShared();
    private final Datagram[] messages;
    private final RemoteAddress[] remotes = new RemoteAddress[RECEIVE_BATCH];
    private final List<@Nullable SelectionKey> keys = new ArrayList<>();
    private final @Nullable InetSocketAddress[] addresses = new InetSocketAddress[ADDRESSES];
    private final RemoteAddress[] addressKeys = new RemoteAddress[ADDRESSES];
    private final RemoteAddress wanted = new RemoteAddress();
    private int[] readyHandles = new int[64];
    private int[] readyEvents = new int[64];
    private int ready;

    NioSocketSet(DriverOptions options, Counters counters) throws IOException {
        this.options = options;
        this.counters = counters;
        this.selector = Selector.open();
        // One byte more than allowed, so that a longer packet shows.
        this.messages = Datagram.slots(arena, RECEIVE_BATCH, options.maxDatagramBytes() + 1);
        Arrays.setAll(remotes, i -> new RemoteAddress());
        Arrays.setAll(addressKeys, i -> new RemoteAddress());
    }

    @Override
    int openUdp(TransportAddress local) throws IOException {
        var channel = DatagramChannel.open(family(local));
        try {
            channel.setOption(StandardSocketOptions.SO_RCVBUF, options.receiveBufferBytes());
            channel.setOption(StandardSocketOptions.SO_SNDBUF, options.sendBufferBytes());
            shareAndBind(channel, local);
            return register(channel, SelectionKey.OP_READ);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    @Override
    int openListener(TransportAddress local) throws IOException {
        var channel = ServerSocketChannel.open(family(local));
        try {
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            shareAndBind(channel, local);
            return register(channel, SelectionKey.OP_ACCEPT);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private void shareAndBind(NetworkChannel channel, TransportAddress local) throws IOException {
        if (options.reusePort()) {
            channel.setOption(StandardSocketOptions.SO_REUSEPORT, true);
        }
        channel.bind(local.socketAddress());
    }

    private static StandardProtocolFamily family(TransportAddress local) {
        return local.isIpv4() ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6;
    }

    private int register(SelectableChannel channel, int operations) throws IOException {
        channel.configureBlocking(false);
        int handle = keys.indexOf(null);
        if (handle < 0) {
            handle = keys.size();
            keys.add(null);
        }
        keys.set(handle, channel.register(selector, operations, handle));
        return handle;
    }

    private SelectionKey key(int handle) {
        return Objects.requireNonNull(keys.get(handle), "closed");
    }

    @Override
    void close(int handle) {
        closeQuietly(key(handle).channel());
        keys.set(handle, null);
    }

    @Override
    TransportAddress localAddress(int handle) {
        try {
            var address = ((NetworkChannel) key(handle).channel()).getLocalAddress();
            return TransportAddress.of((InetSocketAddress) address);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    int receiveBufferBytes(int handle) {
        return option(handle, StandardSocketOptions.SO_RCVBUF);
    }

    @Override
    int sendBufferBytes(int handle) {
        return option(handle, StandardSocketOptions.SO_SNDBUF);
    }

    private int option(int handle, SocketOption<Integer> option) {
        try {
            return ((NetworkChannel) key(handle).channel()).getOption(option);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    void setInterest(int handle, int events) {
        var key = key(handle);
        int readable = key.channel() instanceof ServerSocketChannel ? SelectionKey.OP_ACCEPT : SelectionKey.OP_READ;
        key.interestOps(
                ((events & READABLE) != 0 ? readable : 0) | ((events & WRITABLE) != 0 ? SelectionKey.OP_WRITE : 0));
    }

    @Override
    int await(long timeoutNanos) {
        ready = 0;
        try {
            if (timeoutNanos <= 0) {
                selector.selectNow(this::addReady);
            } else {
                // The selector knows milliseconds, and takes 0 for ever.
                selector.select(this::addReady, 1 + (timeoutNanos - 1) / NANOS_PER_MILLI);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return ready;
    }

    private void addReady(SelectionKey key) {
        if (!key.isValid()) {
            return;
        }
        if (ready == readyHandles.length) {
            readyHandles = Arrays.copyOf(readyHandles, 2 * ready);
            readyEvents = Arrays.copyOf(readyEvents, 2 * ready);
        }
        int operations = key.readyOps();
        readyHandles[ready] = (int) key.attachment();
        readyEvents[ready++] = ((operations & (SelectionKey.OP_READ | SelectionKey.OP_ACCEPT)) != 0 ? READABLE : 0)
                | ((operations & SelectionKey.OP_WRITE) != 0 ? WRITABLE : 0);
    }

    @Override
    int readyHandle(int at) {
        return readyHandles[at];
    }

    @Override
    int readyEvents(int at) {
        return readyEvents[at];
    }

    @Override
    void wake() {
        try {
            selector.wakeup();
        } catch (ClosedSelectorException e) {
            // There is nobody left to wake.
        }
    }

    @Override
    int receive(int handle) {
        var channel = (DatagramChannel) key(handle).channel();
        int count = 0;
        try {
            while (count < RECEIVE_BATCH) {
                var view = messages[count].view().clear();
                var source = (InetSocketAddress) channel.receive(view);
                if (source == null) {
                    break;
                }
                messages[count].setLength(view.position());
                setAddress(remotes[count], source);
                count++;
            }
        } catch (IOException e) {
            // An error of one packet, told by ICMP; the next call goes on behind it.
        }
        return count;
    }

    private static void setAddress(RemoteAddress remote, InetSocketAddress source) {
        var bytes = source.getAddress().getAddress();
        if (bytes.length == 4) {
            remote.setIpv4((int) number(bytes, 0, 4), source.getPort());
        } else {
            remote.set(number(bytes, 0, 8), number(bytes, 8, 8), source.getPort());
        }
    }

    private static long number(byte[] bytes, int from, int count) {
        long number = 0;
        for (int i = from; i < from + count; i++) {
            number = (number << 8) | (bytes[i] & 0xFF);
        }
        return number;
    }

    @Override
    Datagram message(int at) {
        return messages[at];
    }

    @Override
    boolean isTruncated(int at) {
        return messages[at].length() > options.maxDatagramBytes();
    }

    @Override
    int segmentBytes(int at) {
        return 0;
    }

    @Override
    void remote(int at, RemoteAddress remote) {
        remote.set(remotes[at]);
    }

    @Override
    void send(long nowNanos, int handle, SendBatch batch, int[] bursts, int count) {
        var channel = (DatagramChannel) key(handle).channel();
        for (int i = 0; i < count; i++) {
            int burst = bursts[i];
            var remote = address(batch.highs[burst], batch.lows[burst], batch.ports[burst]);
            var view = batch.area(burst).view();
            int at = 0;
            for (int packet = 0; packet < batch.packets(burst); packet++) {
                int length = batch.length(burst, packet);
                view.limit(at + length).position(at);
                at += length;
                try {
                    counters.add(Counter.SEND_BATCHES, 1);
                    if (channel.send(view, remote) == 0) {
                        counters.add(Counter.DROPPED_SEND_BUFFER_FULL, 1);
                    } else {
                        counters.add(Counter.PACKETS_OUT, 1);
                        counters.add(Counter.BYTES_OUT, length);
                    }
                } catch (IOException | RuntimeException e) {
                    // No route, forbidden, too long, port 0, or an IPv6 address from an IPv4 socket.
                    counters.add(Counter.DROPPED_SEND_REFUSED, 1);
                }
            }
        }
    }

    /** The address as java.nio wants it, kept for the next packet. */
    private InetSocketAddress address(long high, long low, int port) {
        wanted.set(high, low, port);
        int at = (int) wanted.hash() & (ADDRESSES - 1);
        var known = addresses[at];
        if (known == null || !addressKeys[at].matches(wanted)) {
            known = wanted.toTransportAddress().socketAddress();
            addresses[at] = known;
            addressKeys[at].set(wanted);
        }
        return known;
    }

    @Override
    int accept(int listener, RemoteAddress remote) {
        @Nullable SocketChannel channel = null;
        try {
            channel = ((ServerSocketChannel) key(listener).channel()).accept();
            if (channel == null) {
                return NOTHING;
            }
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            setAddress(remote, (InetSocketAddress) channel.getRemoteAddress());
            return register(channel, SelectionKey.OP_READ);
        } catch (IOException | RuntimeException e) {
            closeQuietly(channel);
            return FAILED;
        }
    }

    @Override
    Released release(int handle) {
        var key = key(handle);
        keys.set(handle, null);
        key.cancel();
        try {
            // Only a selection lets go of the key.
            selector.selectNow(ready -> {});
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Released.Channel((SocketChannel) key.channel());
    }

    @Override
    int adopt(Released connection) {
        var channel = channel(connection);
        try {
            return register(channel, SelectionKey.OP_READ);
        } catch (IOException e) {
            closeQuietly(channel);
            return FAILED;
        }
    }

    @Override
    void discard(Released connection) {
        closeQuietly(channel(connection));
    }

    private static SocketChannel channel(Released connection) {
        return switch (connection) {
            case Released.Channel(SocketChannel channel) -> channel;
            case Released.Descriptor _ -> throw new IllegalArgumentException("a connection of FFM");
        };
    }

    @Override
    int read(int handle, Datagram into, int at, int count) {
        try {
            int bytes = ((SocketChannel) key(handle).channel())
                    .read(into.view().limit(at + count).position(at));
            return bytes < 0 ? FAILED : bytes == 0 ? NOTHING : bytes;
        } catch (IOException e) {
            return FAILED;
        }
    }

    @Override
    int write(int handle, Datagram from, int at, int count) {
        try {
            return ((SocketChannel) key(handle).channel())
                    .write(from.view().limit(at + count).position(at));
        } catch (IOException e) {
            return FAILED;
        }
    }

    @Override
    public void close() {
        keys.stream().filter(Objects::nonNull).forEach(key -> closeQuietly(key.channel()));
        keys.clear();
        closeQuietly(selector);
        arena.close();
    }

    private static void closeQuietly(@Nullable AutoCloseable resource) {
        try {
            if (resource != null) {
                resource.close();
            }
        } catch (Exception e) {
            // It is released anyway, and nobody could do anything about it.
        }
    }
}
