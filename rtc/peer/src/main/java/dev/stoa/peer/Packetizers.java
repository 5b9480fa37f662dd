package dev.stoa.peer;

import dev.stoa.rtp.Av1Packetizer;
import dev.stoa.rtp.H264Packetizer;
import dev.stoa.rtp.KeyFrames;
import dev.stoa.rtp.OpusPacketizer;
import dev.stoa.rtp.Packetizer;
import dev.stoa.rtp.Vp8Packetizer;
import dev.stoa.rtp.Vp9Packetizer;
import dev.stoa.sdp.NegotiatedCodec;
import java.util.Locale;
import java.util.random.RandomGenerator;

/** Which codecs can be sent, and how. */
final class Packetizers {
    private static final int PICTURE_IDS = 1 << 15;

    private Packetizers() {}

    static boolean canSend(NegotiatedCodec codec) {
        return switch (name(codec)) {
            case "VP8", "VP9", "AV1", "OPUS" -> true;
            // RFC 6184, 6.2: in mode 0 a NAL unit may not be cut, and hardly one fits a packet.
            case "H264" ->
                codec.parameters().get("packetization-mode").orElse("0").equals("1");
            default -> false;
        };
    }

    static Packetizer create(NegotiatedCodec codec, RandomGenerator random) {
        int limit = Packetizer.DEFAULT_MAX_PAYLOAD;
        return switch (name(codec)) {
            case "VP8" -> new Vp8Packetizer(limit, random.nextInt(PICTURE_IDS));
            case "VP9" -> new Vp9Packetizer(limit, random.nextInt(PICTURE_IDS));
            case "H264" -> new H264Packetizer(limit);
            case "AV1" -> new Av1Packetizer(limit);
            case "OPUS" -> new OpusPacketizer(limit);
            default -> throw new IllegalArgumentException("cannot send " + codec.name());
        };
    }

    static boolean isKeyFrame(NegotiatedCodec codec, byte[] frame) {
        return switch (name(codec)) {
            case "VP8" -> KeyFrames.isVp8(frame);
            case "VP9" -> KeyFrames.isVp9(frame);
            case "H264" -> KeyFrames.isH264(frame);
            case "AV1" -> KeyFrames.isAv1(frame);
            default -> true;
        };
    }

    private static String name(NegotiatedCodec codec) {
        return codec.name().toUpperCase(Locale.ROOT);
    }
}
