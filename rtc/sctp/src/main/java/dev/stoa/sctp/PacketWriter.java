package dev.stoa.sctp;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * Writes an SCTP packet, chunk by chunk (RFC 9260, 3).
 *
 * <p>Calling contract: {@link #begin}, chunks as long as they {@link #hasRoom fit}, {@link #end}.
 */
final class PacketWriter {
    private static final int SUPPORTED_EXTENSIONS = 0x8008;
    private static final int FORWARD_TSN_SUPPORTED = 0xC000;
    private static final int STATE_COOKIE = 7;
    private static final int INIT_LENGTH = 20;

    private final ByteBuffer packet;

    PacketWriter(int maxPacketBytes) {
        packet = ByteBuffer.allocate(maxPacketBytes / 4 * 4);
    }

    void begin(int sourcePort, int destinationPort, int verificationTag) {
        packet.clear();
        packet.putShort((short) sourcePort).putShort((short) destinationPort);
        packet.putInt(verificationTag).putInt(0);
    }

    boolean isEmpty() {
        return packet.position() == PacketReader.COMMON_HEADER_LENGTH;
    }

    /** @param length of a whole chunk, unpadded */
    boolean hasRoom(int length) {
        return packet.remaining() >= PacketReader.padded(length);
    }

    int remaining() {
        return packet.remaining();
    }

    /** The packet, with its checksum. */
    byte[] end() {
        var bytes = Arrays.copyOf(packet.array(), packet.position());
        ByteBuffer.wrap(bytes).putInt(8, PacketReader.checksum(bytes));
        return bytes;
    }

    void init(Chunk.Init init) {
        int start = header(init.isAnswer() ? Chunk.INIT_ACK : Chunk.INIT, 0);
        packet.putInt(init.tag()).putInt((int) init.window());
        packet.putShort((short) init.outboundStreams()).putShort((short) init.inboundStreams());
        packet.putInt(init.initialTsn());
        if (init.cookie().length > 0) {
            parameter(STATE_COOKIE, init.cookie());
        }
        if (init.supportsForwardTsn()) {
            parameter(FORWARD_TSN_SUPPORTED, new byte[0]);
        }
        if (init.supportsReset()) {
            parameter(SUPPORTED_EXTENSIONS, new byte[] {(byte) Chunk.RE_CONFIG, (byte) Chunk.FORWARD_TSN});
        }
        finish(start);
    }

    static int initLength(Chunk.Init init) {
        return INIT_LENGTH + 4 + PacketReader.padded(init.cookie().length) + 4 + 8;
    }

    private void parameter(int type, byte[] value) {
        packet.putShort((short) type).putShort((short) (4 + value.length)).put(value);
        pad();
    }

    void data(Chunk.Data data) {
        int flags = (data.immediate() ? 8 : 0)
                | (data.unordered() ? 4 : 0)
                | (data.beginning() ? 2 : 0)
                | (data.ending() ? 1 : 0);
        int start = header(Chunk.DATA, flags);
        packet.putInt(data.tsn()).putShort((short) data.stream()).putShort((short) data.streamSequence());
        packet.putInt((int) data.protocol()).put(data.bytes());
        finish(start);
    }

    /**
     * @param gaps first and last of each block as offsets, as many as fit are written
     * @param duplicates TSNs that came again, as many as fit
     */
    void sack(int cumulativeTsn, long window, List<Integer> gaps, List<Integer> duplicates) {
        int start = header(Chunk.SACK, 0);
        int room = (packet.remaining() - 12) / 4;
        int blocks = Math.min(gaps.size() / 2, room);
        int again = Math.min(duplicates.size(), room - blocks);
        packet.putInt(cumulativeTsn).putInt((int) window);
        packet.putShort((short) blocks).putShort((short) again);
        for (int i = 0; i < 2 * blocks; i++) {
            packet.putShort(gaps.get(i).shortValue());
        }
        for (int i = 0; i < again; i++) {
            packet.putInt(duplicates.get(i));
        }
        finish(start);
    }

    static int sackLength(int gapBlocks, int duplicates) {
        return 16 + 4 * (gapBlocks + duplicates);
    }

    /** A chunk that is only bytes: HEARTBEAT ACK, COOKIE ECHO, or one with nothing in it. */
    void plain(int type, byte[] value) {
        int start = header(type, 0);
        packet.put(value);
        finish(start);
    }

    void shutdown(int cumulativeTsn) {
        int start = header(Chunk.SHUTDOWN, 0);
        packet.putInt(cumulativeTsn);
        finish(start);
    }

    /** @param cause RFC 9260, 3.3.10 */
    void abort(int cause) {
        int start = header(Chunk.ABORT, 0);
        packet.putShort((short) cause).putShort((short) 4);
        finish(start);
    }

    void forwardTsn(Chunk.ForwardTsn forward) {
        int start = header(Chunk.FORWARD_TSN, 0);
        packet.putInt(forward.newCumulativeTsn());
        for (var skipped : forward.skipped()) {
            packet.putShort((short) skipped.stream()).putShort((short) skipped.streamSequence());
        }
        finish(start);
    }

    static int forwardTsnLength(int skipped) {
        return 8 + 4 * skipped;
    }

    void outgoingReset(int request, int response, int lastTsn, int[] streams) {
        int start = header(Chunk.RE_CONFIG, 0);
        packet.putShort((short) ResetParameter.OUTGOING_REQUEST).putShort((short) (16 + 2 * streams.length));
        packet.putInt(request).putInt(response).putInt(lastTsn);
        for (int stream : streams) {
            packet.putShort((short) stream);
        }
        finish(start);
    }

    static int outgoingResetLength(int streams) {
        return 20 + 2 * streams;
    }

    void resetResponse(ResetParameter.Response response) {
        int start = header(Chunk.RE_CONFIG, 0);
        packet.putShort((short) ResetParameter.RESPONSE).putShort((short) 12);
        packet.putInt(response.request()).putInt(response.result());
        finish(start);
    }

    private int header(int type, int flags) {
        int start = packet.position();
        packet.put((byte) type).put((byte) flags).putShort((short) 0);
        return start;
    }

    private void finish(int start) {
        packet.putShort(start + 2, (short) (packet.position() - start));
        pad();
    }

    private void pad() {
        while (packet.position() % 4 != 0) {
            packet.put((byte) 0);
        }
    }
}
