package dev.stoa.fuzz;

import dev.stoa.sctp.DataChannel;
import dev.stoa.sctp.DataChannelInit;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Chunks that no sensible sender sends, in packets whose ports, tag and checksum are right and whose numbers are near enough
 * to count, for an association that is there and has something on its way.
 */
final class SctpChunksTarget implements FuzzTarget {
    private static final int HEADER_LENGTH = 12;
    /** Behind the common header and an INIT's tag, window and numbers of streams. */
    private static final int INIT_TSN_AT = HEADER_LENGTH + 16;

    private static final int DATA = 0;
    private static final int SACK = 3;
    private static final int SHUTDOWN = 7;
    private static final int RE_CONFIG = 130;
    private static final int FORWARD_TSN = 192;

    @Override
    public void run(byte[] input) {
        var choices = new Choices(input);
        var client = new SctpEnd(1, true);
        var server = new SctpEnd(2, false);
        int clientTsn = ByteBuffer.wrap(client.outgoing.element()).getInt(INIT_TSN_AT);
        int serverTsn = ByteBuffer.wrap(server.outgoing.element()).getInt(INIT_TSN_AT);
        int tag = connect(client, server);
        long now = 2_000_000;
        var channel = server.channels.create(now, "c", DataChannelInit.RELIABLE);
        server.known.add(channel);
        for (int i = 0; i < 3; i++) {
            channel.send(now, new byte[700]);
        }
        server.drain(now);
        while (!choices.isOver()) {
            int what = choices.u8();
            now += (what & 3) == 3 ? 40_000_000L * choices.u8() : 0;
            server.passTime(now);
            server.handle(now, packet(choices.bytes(), tag, clientTsn, serverTsn));
            if (what >= 0xF0) {
                server.known.forEach(DataChannel::close);
                server.drain(now);
            }
            server.outgoing.clear();
            server.events.clear();
        }
        server.passTime(now + 100_000_000_000L);
    }

    /** The server's tag. */
    private static int connect(SctpEnd client, SctpEnd server) {
        int tag = 0;
        while (!client.outgoing.isEmpty() || !server.outgoing.isEmpty()) {
            for (var packet = client.outgoing.poll(); packet != null; packet = client.outgoing.poll()) {
                tag = ByteBuffer.wrap(packet).getInt(4);
                server.handle(1_000_000, packet);
            }
            for (var packet = server.outgoing.poll(); packet != null; packet = server.outgoing.poll()) {
                client.handle(1_000_000, packet);
            }
        }
        Promise.that(client.channels.isConnected() && server.channels.isConnected(), "two ends find each other");
        return tag;
    }

    private static byte[] packet(byte[] chunks, int tag, int clientTsn, int serverTsn) {
        var packet = ByteBuffer.allocate(HEADER_LENGTH + (chunks.length + 3 & ~3));
        packet.putShort((short) 5000)
                .putShort((short) 5000)
                .putInt(tag)
                .putInt(0)
                .put(chunks);
        int at = HEADER_LENGTH;
        while (at + 8 <= packet.capacity()) {
            int type = packet.get(at) & 0xFF;
            // The numbers that matter are one or two bytes away from those of the association.
            switch (type) {
                case DATA, FORWARD_TSN -> packet.putInt(at + 4, clientTsn + packet.getShort(at + 6));
                case SACK, SHUTDOWN -> packet.putInt(at + 4, serverTsn + packet.get(at + 7));
                case RE_CONFIG -> {
                    if (at + 12 <= packet.capacity()) {
                        packet.putInt(at + 8, clientTsn + packet.get(at + 11));
                    }
                }
                default -> {}
            }
            int length = packet.getShort(at + 2) & 0xFFFF;
            at += Math.max(4, length + 3 & ~3);
        }
        // An INIT stands alone, with no tag (RFC 9260, 8.5.1).
        if (chunks.length > 0 && chunks[0] == 1) {
            packet.putInt(4, 0);
        }
        var crc = new CRC32C();
        crc.update(packet.array());
        packet.putInt(8, Integer.reverseBytes((int) crc.getValue()));
        return packet.array();
    }

    @Override
    public List<byte[]> seeds() {
        var seeds = new ArrayList<byte[]>();
        seeds.add(piece("00030014 00000000 0001 0000 00000033 61626364"));
        // The two ends of a message, then its middle.
        seeds.add(both(
                piece("00020014 00000000 0001 0000 00000033 61626364"),
                both(
                        piece("00010014 00000002 0001 0000 00000033 61626364"),
                        piece("00000014 00000001 0001 0000 00000033 61626364"))));
        // DCEP OPEN (RFC 8832, 5.1) of a channel with the label x.
        seeds.add(piece("0003001d 00000000 0002 0000 00000032 03000000 00000000 00010000 78"));
        seeds.add(piece("03000010 00000001 00010000 0000 0000"));
        seeds.add(piece("03000018 00000000 00010000 0001 0001 00020002 00000000"));
        seeds.add(piece("c000000c 00000002 00010000"));
        seeds.add(piece("82000014 000d0010 00000000 00000000 00000000"));
        seeds.add(piece("8200000c 00100008 00000000 00000001"));
        seeds.add(piece("01000014 00000005 00010000 ffff ffff 00000001"));
        seeds.add(piece("02000020 00000005 00010000 ffff ffff 00000001 0007000c 0000000000000000"));
        seeds.add(piece("04000008 aabbccdd 07000008 00000000 0e000004"));
        seeds.add(piece("06000008 000c0004"));
        seeds.add(piece("0a00001a" + "00".repeat(22)));
        return seeds;
    }

    private static byte[] piece(String hex) {
        var chunks = Seeds.hex(hex);
        return both(new byte[] {0, (byte) chunks.length}, chunks);
    }

    private static byte[] both(byte[] first, byte[] second) {
        var all = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, all, first.length, second.length);
        return all;
    }
}
