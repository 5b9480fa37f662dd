package dev.stoa.fuzz;

import dev.stoa.rtp.FrameAssembler;
import dev.stoa.rtp.JitterBuffer;
import dev.stoa.rtp.RtpHeaderWriter;
import dev.stoa.rtp.RtpPacket;
import dev.stoa.wire.Datagram;
import dev.stoa.wire.SerialNumber;
import java.util.List;

/** Packets of a stream in any order, at any time, with any payloads: through the jitter buffer into frames. */
final class FrameTarget implements FuzzTarget {
    private static final int CAPACITY = 64;
    private static final long DELAY_NANOS = 100_000_000;

    @Override
    public void run(byte[] input) {
        new Stream(new Choices(input)).run();
    }

    private static final class Stream {
        private final Choices choices;
        private final JitterBuffer buffer = new JitterBuffer(CAPACITY, 400, DELAY_NANOS, 5_000_000);
        private final FrameAssembler assembler;
        private final RtpPacket packet = new RtpPacket();
        private final Datagram place = Datagram.allocate(400);
        private final int[] missing = new int[8];
        private long now;
        private int sequence;
        private int timestamp;
        private int last = -1;
        private long given;
        private long released;
        private long payloadBytes;
        private long frameBytes;

        Stream(Choices choices) {
            this.choices = choices;
            assembler = switch (choices.below(5)) {
                case 0 -> FrameAssembler.vp8();
                case 1 -> FrameAssembler.vp9();
                case 2 -> FrameAssembler.h264();
                case 3 -> FrameAssembler.av1();
                default -> FrameAssembler.opus();
            };
            sequence = choices.u16();
            now = 10_000_000L * choices.u16();
        }

        void run() {
            while (!choices.isOver()) {
                int what = choices.u8();
                now += switch (what & 3) {
                    case 0, 1 -> 0;
                    case 2 -> 1_000_000L * choices.u8();
                    default -> 20_000_000L * choices.u8();
                };
                sequence = 0xFFFF
                        & switch (what >>> 2 & 7) {
                            case 0, 1, 2, 3 -> sequence + 1;
                            case 4 -> sequence + choices.u8() - 128;
                            case 5 -> choices.u16();
                            case 6 -> sequence + 2;
                            default -> sequence;
                        };
                timestamp += (what & 0x20) != 0 ? 3000 : 0;
                if (what >= 0xF0) {
                    buffer.setRoundTripTime(1_000_000L * choices.u8());
                }
                put((what & 0x40) != 0, choices.bytes());
                take();
            }
            now += DELAY_NANOS;
            take();
            Promise.that(buffer.heldCount() == 0, "nothing is held for longer than the delay");
            Promise.that(buffer.nextTimeout() == Long.MAX_VALUE, "with nothing held there is nothing to wait for");
        }

        private void put(boolean marker, byte[] payload) {
            var writer = new RtpHeaderWriter();
            writer.begin(place, 0, marker, 96, sequence, timestamp, 1);
            int at = writer.end();
            place.put(at, payload, 0, payload.length);
            place.setLength(at + payload.length);
            Promise.that(packet.wrap(place) == null, "what was written can be read");
            given++;
            if (buffer.handlePacket(packet, now)) {
                payloadBytes += payload.length;
            }
        }

        private void take() {
            for (var out = buffer.poll(now); out != null; out = buffer.poll(now)) {
                released++;
                Promise.that(packet.wrap(out) == null, "a packet comes out as it went in");
                int number = packet.sequenceNumber();
                boolean follows = last < 0 || number == (last + 1 & 0xFFFF);
                Promise.that(
                        buffer.gapBefore() || follows,
                        "a packet that does not follow the one before has a gap before it");
                Promise.that(
                        last < 0 || SerialNumber.isNewer16(number, last) || buffer.gapBefore(), "order is restored");
                last = number;
                assembler.handlePacket(packet, buffer.gapBefore());
                for (var frame = assembler.pollFrame(); frame != null; frame = assembler.pollFrame()) {
                    frameBytes += frame.data().length;
                }
            }
            Promise.that(buffer.heldCount() <= CAPACITY, "no more is held than there is room for");
            Promise.that(
                    given == released + buffer.droppedCount() + buffer.heldCount(), "every packet is accounted for");
            Promise.that(
                    buffer.heldCount() == 0 || buffer.nextTimeout() > now, "what may be released now was released");
            // Start codes and sizes are added, to payloads of a byte at least.
            Promise.that(frameBytes <= 8 * payloadBytes, "frames are made of what came");
            int count = buffer.pollMissing(now, missing);
            for (int i = 0; i < count; i++) {
                Promise.that(missing[i] >= 0 && missing[i] <= 0xFFFF, "a sequence number has 16 bits");
            }
            Promise.that(
                    count == missing.length || buffer.nextMissingTimeout() > now,
                    "what may be asked for was asked for");
        }
    }

    @Override
    public List<byte[]> seeds() {
        return Seeds.sequences(6, 400);
    }
}
