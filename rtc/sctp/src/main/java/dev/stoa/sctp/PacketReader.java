package dev.stoa.sctp;

import dev.stoa.wire.Malformation;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Reads an SCTP packet (RFC 9260, 3).
 *
 * <pre>
 * |     Source Port Number        |     Destination Port Number   |
 * |                      Verification Tag                         |
 * |                           Checksum                            |
 * |   chunk type  |  chunk flags  |        chunk length           |  and so on, padded to four bytes each
 * </pre>
 */
final class PacketReader {
    static final int COMMON_HEADER_LENGTH = 12;
    /** A sender bundles a handful. */
    static final int MAX_CHUNKS = 64;

    private static final int MAX_GAP_BLOCKS = 1024;
    private static final int MAX_PARAMETERS = 64;
    private static final int CHECKSUM_AT = 8;

    // Parameters of INIT and INIT ACK.
    private static final int STATE_COOKIE = 7;
    private static final int SUPPORTED_EXTENSIONS = 0x8008;
    private static final int FORWARD_TSN_SUPPORTED = 0xC000;

    private final ByteBuffer bytes;
    private final List<Chunk> chunks = new ArrayList<>();

    private PacketReader(byte[] packet) {
        this.bytes = ByteBuffer.wrap(packet);
    }

    /** What comes of reading: a packet, or why it is none. */
    sealed interface Result {}

    record Packet(int sourcePort, int destinationPort, int verificationTag, List<Chunk> chunks) implements Result {
        Packet {
            chunks = List.copyOf(chunks);
        }
    }

    record Refused(Malformation why) implements Result {}

    static Result read(byte[] packet) {
        if (packet.length < COMMON_HEADER_LENGTH + Chunk.HEADER_LENGTH) {
            return new Refused(Malformation.TRUNCATED);
        }
        if (packet.length % 4 != 0) {
            return new Refused(Malformation.BAD_LENGTH);
        }
        if (checksum(packet) != ByteBuffer.wrap(packet).getInt(CHECKSUM_AT)) {
            return new Refused(Malformation.BAD_CHECK);
        }
        var reader = new PacketReader(packet);
        var why = reader.readChunks();
        return why != null
                ? new Refused(why)
                : new Packet(
                        Short.toUnsignedInt(reader.bytes.getShort(0)),
                        Short.toUnsignedInt(reader.bytes.getShort(2)),
                        reader.bytes.getInt(4),
                        reader.chunks);
    }

    /** CRC32c of the packet with zeros in the checksum's place, in the byte order of RFC 9260, appendix A. */
    static int checksum(byte[] packet) {
        var crc = new CRC32C();
        crc.update(packet, 0, CHECKSUM_AT);
        crc.update(new byte[4], 0, 4);
        crc.update(packet, CHECKSUM_AT + 4, packet.length - CHECKSUM_AT - 4);
        return Integer.reverseBytes((int) crc.getValue());
    }

    private @Nullable Malformation readChunks() {
        int at = COMMON_HEADER_LENGTH;
        int end = bytes.capacity();
        while (at < end) {
            if (end - at < Chunk.HEADER_LENGTH) {
                return Malformation.TRUNCATED;
            }
            int length = u16(at + 2);
            if (length < Chunk.HEADER_LENGTH || at + length > end) {
                return Malformation.BAD_LENGTH;
            }
            if (chunks.size() == MAX_CHUNKS) {
                return Malformation.TOO_MANY;
            }
            var chunk = readChunk(u8(at), u8(at + 1), at + Chunk.HEADER_LENGTH, at + length);
            if (chunk == null) {
                return Malformation.BAD_VALUE;
            }
            chunks.add(chunk);
            if (chunk instanceof Chunk.Unknown(var _, boolean stops) && stops) {
                return null;
            }
            at += padded(length);
        }
        return null;
    }

    /** @return null for one that is malformed */
    private @Nullable Chunk readChunk(int type, int flags, int at, int end) {
        return switch (type) {
            case Chunk.DATA -> data(flags, at, end);
            case Chunk.INIT, Chunk.INIT_ACK -> init(type == Chunk.INIT_ACK, at, end);
            case Chunk.SACK -> sack(at, end);
            case Chunk.HEARTBEAT, Chunk.HEARTBEAT_ACK ->
                new Chunk.Heartbeat(type == Chunk.HEARTBEAT_ACK, copy(at, end));
            case Chunk.ABORT -> new Chunk.Abort(end - at >= 4 ? u16(at) : 0);
            case Chunk.SHUTDOWN -> end - at == 4 ? new Chunk.Shutdown(bytes.getInt(at)) : null;
            case Chunk.SHUTDOWN_ACK -> new Chunk.ShutdownAck();
            case Chunk.SHUTDOWN_COMPLETE -> new Chunk.ShutdownComplete();
            case Chunk.COOKIE_ECHO -> new Chunk.CookieEcho(copy(at, end));
            case Chunk.COOKIE_ACK -> new Chunk.CookieAck();
            case Chunk.ERROR -> new Chunk.ErrorReport();
            case Chunk.FORWARD_TSN -> forwardTsn(at, end);
            case Chunk.RE_CONFIG -> reConfig(at, end);
            default -> new Chunk.Unknown(type, (type & 0x80) == 0);
        };
    }

    private @Nullable Chunk data(int flags, int at, int end) {
        int payload = at + Chunk.Data.HEADER_LENGTH - Chunk.HEADER_LENGTH;
        if (payload >= end) {
            return null; // RFC 9260, 6.2: a DATA chunk without data is an error
        }
        return new Chunk.Data(
                bytes.getInt(at),
                u16(at + 4),
                u16(at + 6),
                Integer.toUnsignedLong(bytes.getInt(at + 8)),
                (flags & 4) != 0,
                (flags & 2) != 0,
                (flags & 1) != 0,
                (flags & 8) != 0,
                copy(payload, end));
    }

    private @Nullable Chunk init(boolean isAnswer, int at, int end) {
        if (end - at < 16) {
            return null;
        }
        var cookie = new byte[0];
        boolean forward = false;
        boolean reset = false;
        int parameters = 0;
        for (int from = at + 16; from + 4 <= end && parameters++ < MAX_PARAMETERS; ) {
            int length = u16(from + 2);
            if (length < 4 || from + length > end) {
                return null;
            }
            switch (u16(from)) {
                case STATE_COOKIE -> cookie = copy(from + 4, from + length);
                case FORWARD_TSN_SUPPORTED -> forward = true;
                case SUPPORTED_EXTENSIONS -> {
                    for (int i = from + 4; i < from + length; i++) {
                        forward |= u8(i) == Chunk.FORWARD_TSN;
                        reset |= u8(i) == Chunk.RE_CONFIG;
                    }
                }
                default -> {
                    // RFC 9260, 3.2.1: those of others (addresses, ECN, padding) may be passed over.
                }
            }
            from += padded(length);
        }
        int tag = bytes.getInt(at);
        int outbound = u16(at + 8);
        int inbound = u16(at + 10);
        boolean valid = tag != 0 && outbound != 0 && inbound != 0 && (!isAnswer || cookie.length > 0);
        return !valid
                ? null
                : new Chunk.Init(
                        isAnswer,
                        tag,
                        Integer.toUnsignedLong(bytes.getInt(at + 4)),
                        outbound,
                        inbound,
                        bytes.getInt(at + 12),
                        cookie,
                        forward,
                        reset);
    }

    private @Nullable Chunk sack(int at, int end) {
        if (end - at < 12) {
            return null;
        }
        int blocks = u16(at + 8);
        if (12 + 4 * (blocks + u16(at + 10)) != end - at || blocks > MAX_GAP_BLOCKS) {
            return null;
        }
        var gaps = new int[2 * blocks];
        for (int i = 0; i < gaps.length; i++) {
            gaps[i] = u16(at + 12 + 2 * i);
            // Ascending, and never beside what is acknowledged already.
            int before = i == 0 ? 1 : gaps[i - 1];
            if (gaps[i] < before || (i > 0 && i % 2 == 0 && gaps[i] == before)) {
                return null;
            }
        }
        return new Chunk.Sack(bytes.getInt(at), Integer.toUnsignedLong(bytes.getInt(at + 4)), gaps);
    }

    private @Nullable Chunk forwardTsn(int at, int end) {
        if (end - at < 4 || (end - at) % 4 != 0) {
            return null;
        }
        var skipped = new ArrayList<Chunk.Skipped>();
        for (int from = at + 4; from < end; from += 4) {
            skipped.add(new Chunk.Skipped(u16(from), u16(from + 2)));
        }
        return new Chunk.ForwardTsn(bytes.getInt(at), skipped);
    }

    private @Nullable Chunk reConfig(int at, int end) {
        var parameters = new ArrayList<ResetParameter>();
        for (int from = at; from + 4 <= end; ) {
            int length = u16(from + 2);
            // RFC 6525, 3.1: one or two.
            if (length < 8 || from + length > end || parameters.size() == 2) {
                return null;
            }
            var parameter = resetParameter(u16(from), from + 4, from + length);
            if (parameter == null) {
                return null;
            }
            parameters.add(parameter);
            from += padded(length);
        }
        return parameters.isEmpty() ? null : new Chunk.ReConfig(parameters);
    }

    private @Nullable ResetParameter resetParameter(int type, int at, int end) {
        int request = bytes.getInt(at);
        return switch (type) {
            case ResetParameter.OUTGOING_REQUEST ->
                end - at < 12
                        ? null
                        : new ResetParameter.Outgoing(request, bytes.getInt(at + 8), streams(at + 12, end));
            case ResetParameter.INCOMING_REQUEST -> new ResetParameter.Incoming(request, streams(at + 4, end));
            case ResetParameter.RESPONSE ->
                end - at < 8 ? null : new ResetParameter.Response(request, bytes.getInt(at + 4));
            default -> new ResetParameter.Other(request);
        };
    }

    private int[] streams(int at, int end) {
        var streams = new int[(end - at) / 2];
        for (int i = 0; i < streams.length; i++) {
            streams[i] = u16(at + 2 * i);
        }
        return streams;
    }

    private byte[] copy(int from, int to) {
        return Arrays.copyOfRange(bytes.array(), from, to);
    }

    private int u8(int at) {
        return bytes.get(at) & 0xFF;
    }

    private int u16(int at) {
        return bytes.getShort(at) & 0xFFFF;
    }

    static int padded(int length) {
        return (length + 3) / 4 * 4;
    }
}
