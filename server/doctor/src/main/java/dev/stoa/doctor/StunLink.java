package dev.stoa.doctor;

import dev.stoa.stun.StunMessage;
import dev.stoa.stun.StunParse;
import dev.stoa.wire.Datagram;
import dev.stoa.wire.TransportAddress;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** STUN messages to one place and back, by one of the ways in which they travel. Blocking, for one thread. */
interface StunLink extends AutoCloseable {
    Duration CONNECT = Duration.ofSeconds(4);

    void send(Datagram message) throws IOException;

    /** The next message, or null when none comes in time. What is no STUN is passed over. */
    @Nullable StunMessage receive(Duration timeout) throws IOException;

    /** Whether messages may get lost, and are to be sent again. */
    boolean isLossy();

    @Override
    void close() throws IOException;

    /** By a socket that several links may share, to compare how each destination sees it. */
    static StunLink udp(DatagramSocket socket, TransportAddress to) {
        return new Udp(socket, to.socketAddress());
    }

    /** As on the ports of STUN and TURN: messages say their own length (RFC 8489, 6.2.2). */
    static StunLink tcp(InetSocketAddress to) throws IOException {
        return new Stream(connect(to), false);
    }

    /** The same in TLS, whatever the certificate. */
    static StunLink tls(InetSocketAddress to, String host) throws IOException {
        var plain = connect(to);
        try {
            var factory = AnyCertificate.context().getSocketFactory();
            var tls = (SSLSocket) factory.createSocket(plain, host, to.getPort(), true);
            tls.startHandshake();
            return new Stream(tls, false);
        } catch (IOException e) {
            plain.close();
            throw e;
        }
    }

    /** As ICE has it: each message behind its length (RFC 4571). */
    static StunLink iceTcp(InetSocketAddress to) throws IOException {
        return new Stream(connect(to), true);
    }

    private static Socket connect(InetSocketAddress to) throws IOException {
        var socket = new Socket();
        try {
            socket.setTcpNoDelay(true);
            socket.connect(to, (int) CONNECT.toMillis());
            // For the handshake of TLS; each receive sets its own.
            socket.setSoTimeout((int) CONNECT.toMillis());
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** Datagrams. The socket is the caller's. */
    record Udp(DatagramSocket socket, InetSocketAddress to) implements StunLink {
        private static final int MAX_BYTES = 2048;

        @Override
        public void send(Datagram message) throws IOException {
            var bytes = message.toArray();
            socket.send(new DatagramPacket(bytes, bytes.length, to));
        }

        @Override
        public @Nullable StunMessage receive(Duration timeout) throws IOException {
            long end = System.nanoTime() + timeout.toNanos();
            for (long left = timeout.toMillis(); left > 0; left = (end - System.nanoTime()) / 1_000_000) {
                var packet = new DatagramPacket(new byte[MAX_BYTES], MAX_BYTES);
                socket.setSoTimeout((int) left);
                try {
                    socket.receive(packet);
                } catch (SocketTimeoutException e) {
                    return null;
                }
                var message = Datagram.allocate(Math.max(1, packet.getLength()));
                message.setLength(packet.getLength());
                message.put(0, packet.getData(), 0, packet.getLength());
                if (packet.getSocketAddress().equals(to) && StunMessage.parse(message) instanceof StunMessage stun) {
                    return stun;
                }
            }
            return null;
        }

        @Override
        public boolean isLossy() {
            return true;
        }

        @Override
        public void close() {}
    }

    /** A connection of its own. */
    record Stream(Socket socket, boolean isFramed) implements StunLink {
        private static final int MAX_BYTES = 4096;

        @Override
        public void send(Datagram message) throws IOException {
            int at = isFramed ? 2 : 0;
            var bytes = new byte[at + message.length()];
            if (isFramed) {
                bytes[0] = (byte) (message.length() >> 8);
                bytes[1] = (byte) message.length();
            }
            message.get(0, bytes, at, message.length());
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
        }

        @Override
        public @Nullable StunMessage receive(Duration timeout) throws IOException {
            socket.setSoTimeout((int) timeout.toMillis());
            var in = new DataInputStream(socket.getInputStream());
            try {
                var head = isFramed ? new byte[0] : in.readNBytes(StunMessage.HEADER_LENGTH);
                if (!isFramed && head.length < StunMessage.HEADER_LENGTH) {
                    throw new EOFException("the connection was closed");
                }
                int rest = isFramed ? in.readUnsignedShort() : (head[2] & 0xFF) << 8 | (head[3] & 0xFF);
                if (rest > MAX_BYTES) {
                    throw new IOException("it is no STUN that answers there");
                }
                var bytes = new byte[head.length + rest];
                System.arraycopy(head, 0, bytes, 0, head.length);
                in.readFully(bytes, head.length, rest);
                return switch (StunMessage.parse(Datagram.copyOf(bytes))) {
                    case StunMessage message -> message;
                    case StunParse.Malformed _ -> throw new IOException("it is no STUN that answers there");
                };
            } catch (SocketTimeoutException e) {
                return null;
            }
        }

        @Override
        public boolean isLossy() {
            return false;
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
