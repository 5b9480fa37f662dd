package dev.stoa.rtp;

import dev.stoa.wire.Datagram;
import dev.stoa.wire.Malformation;
import org.jspecify.annotations.Nullable;

/** How each codec's payloads become a frame. */
final class Depacketizers {
    private Depacketizers() {}

    /** RFC 7741: the payloads one after the other. */
    static final class Vp8 implements Depacketizer {
        private final Vp8Descriptor descriptor = new Vp8Descriptor();
        private Datagram datagram = Nothing.DATAGRAM;

        @Override
        public @Nullable Malformation wrap(Datagram packet, int offset, int length) {
            datagram = packet;
            return descriptor.wrap(packet, offset, length);
        }

        @Override
        public boolean startOfFrame() {
            return descriptor.startOfFrame();
        }

        @Override
        public boolean keyFrame() {
            return descriptor.keyFrame();
        }

        @Override
        public boolean append(FrameBuffer frame) {
            frame.put(datagram, descriptor.payloadOffset(), descriptor.payloadLength());
            return true;
        }

        @Override
        public boolean isWhole() {
            return true;
        }

        @Override
        public void reset() {}
    }

    /** RFC 9628: the payloads of all spatial layers one after the other. */
    static final class Vp9 implements Depacketizer {
        private final Vp9Descriptor descriptor = new Vp9Descriptor();
        private Datagram datagram = Nothing.DATAGRAM;

        @Override
        public @Nullable Malformation wrap(Datagram packet, int offset, int length) {
            datagram = packet;
            return descriptor.wrap(packet, offset, length);
        }

        @Override
        public boolean startOfFrame() {
            return descriptor.startOfFrame() && !descriptor.interLayerDependency();
        }

        @Override
        public boolean keyFrame() {
            return descriptor.keyFrame();
        }

        @Override
        public boolean append(FrameBuffer frame) {
            frame.put(datagram, descriptor.payloadOffset(), descriptor.payloadLength());
            return true;
        }

        @Override
        public boolean isWhole() {
            return true;
        }

        @Override
        public void reset() {}
    }

    /** RFC 6184: NAL units, each after a start code (H.264, annex B). */
    static final class H264 implements Depacketizer {
        private final H264Payload payload = new H264Payload();
        private Datagram datagram = Nothing.DATAGRAM;
        private boolean inNal;

        @Override
        public @Nullable Malformation wrap(Datagram packet, int offset, int length) {
            datagram = packet;
            return payload.wrap(packet, offset, length);
        }

        /** A delimiter or a sequence parameter set stands before the slices; of others nothing can be said. */
        @Override
        public boolean startOfFrame() {
            payload.rewind();
            if (!payload.next() || !payload.startOfNal()) {
                return false;
            }
            int type = payload.nalType();
            return type == H264Payload.SEQUENCE_PARAMETER_SET || type == H264Payload.ACCESS_UNIT_DELIMITER;
        }

        @Override
        public boolean keyFrame() {
            return payload.keyFrame();
        }

        @Override
        public boolean append(FrameBuffer frame) {
            if (inNal == payload.startOfNal()) {
                return false;
            }
            payload.rewind();
            while (payload.next()) {
                if (payload.startOfNal()) {
                    frame.put8(0);
                    frame.put8(0);
                    frame.put8(0);
                    frame.put8(1);
                    if (payload.isFragment()) {
                        frame.put8(payload.fragmentedNalHeader());
                    }
                }
                frame.put(datagram, payload.nalOffset(), payload.nalLength());
            }
            inNal = !payload.endOfNal();
            return true;
        }

        @Override
        public boolean isWhole() {
            return !inNal;
        }

        @Override
        public void reset() {
            inNal = false;
        }
    }

    /** RTP Payload Format For AV1: OBUs, to which their sizes are given back. */
    static final class Av1 implements Depacketizer {
        private final Av1Payload payload = new Av1Payload();
        private final FrameBuffer obu = new FrameBuffer(FrameAssembler.MAX_FRAME_BYTES);
        private Datagram datagram = Nothing.DATAGRAM;
        private boolean inObu;

        @Override
        public @Nullable Malformation wrap(Datagram packet, int offset, int length) {
            datagram = packet;
            return payload.wrap(packet, offset, length);
        }

        @Override
        public boolean startOfFrame() {
            return payload.startOfSequence();
        }

        @Override
        public boolean keyFrame() {
            return payload.keyFrame();
        }

        @Override
        public boolean append(FrameBuffer frame) {
            if (inObu != payload.firstContinues()) {
                return false;
            }
            payload.rewind();
            while (payload.next()) {
                if (payload.startOfObu()) {
                    obu.clear();
                }
                obu.put(datagram, payload.elementOffset(), payload.elementLength());
                inObu = !payload.endOfObu();
                if (!inObu && !flush(frame)) {
                    return false;
                }
            }
            return !obu.overflowed();
        }

        @Override
        public boolean isWhole() {
            return !inObu;
        }

        @Override
        public void reset() {
            inObu = false;
        }

        private boolean flush(FrameBuffer frame) {
            int header = obu.u8(0);
            int head = (header & 4) != 0 ? 2 : 1;
            if (obu.length() < head) {
                return false;
            }
            if ((header >>> 3 & 15) == Av1Payload.OBU_TEMPORAL_DELIMITER) {
                return true;
            }
            if ((header & 2) != 0) {
                frame.put(obu, 0, obu.length()); // it kept its size
                return true;
            }
            frame.put8(header | 2);
            frame.put(obu, 1, head - 1);
            frame.putLeb128(obu.length() - head);
            frame.put(obu, head, obu.length() - head);
            return true;
        }
    }

    /** RFC 7587: each packet is a frame. */
    static final class Opus implements Depacketizer {
        private Datagram datagram = Nothing.DATAGRAM;
        private int offset;
        private int length;

        @Override
        public @Nullable Malformation wrap(Datagram packet, int offset, int length) {
            datagram = packet;
            this.offset = offset;
            this.length = length;
            return length < 1 ? Malformation.TRUNCATED : null;
        }

        @Override
        public boolean startOfFrame() {
            return true;
        }

        @Override
        public boolean keyFrame() {
            return true;
        }

        @Override
        public boolean append(FrameBuffer frame) {
            frame.put(datagram, offset, length);
            return true;
        }

        @Override
        public boolean isWhole() {
            return true;
        }

        @Override
        public void reset() {}
    }
}
