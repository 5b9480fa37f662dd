package dev.stoa.sdp;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One codec in one configuration that we can take part in.
 *
 * @param channels 1 unless it is stereo
 * @param parameters what we say of it in an offer, and in an answer
 * @param echoed parameters that an answer repeats as they were offered
 * @param feedback the RTCP feedback we speak for it
 * @param rtx whether we want retransmissions of it on a payload type of their own (RFC 4588)
 */
public record CodecCapability(
        String name,
        int clockRate,
        int channels,
        FormatParameters parameters,
        List<String> echoed,
        Set<Feedback> feedback,
        boolean rtx) {
    private static final String LEVEL_ID = "profile-level-id";
    private static final String ASYMMETRY = "level-asymmetry-allowed";

    public CodecCapability {
        echoed = List.copyOf(echoed);
        feedback = feedback.isEmpty() ? Set.of() : Collections.unmodifiableSet(EnumSet.copyOf(feedback));
    }

    /** A video codec with RTX and all feedback. */
    public static CodecCapability video(String name, String parameters, String... echoed) {
        return new CodecCapability(
                name,
                90_000,
                1,
                new FormatParameters(parameters),
                List.of(echoed),
                EnumSet.allOf(Feedback.class),
                true);
    }

    /** An audio codec; it has no RTX, and NACK only where the other side offers it. */
    public static CodecCapability audio(String name, int clockRate, int channels, String parameters, String... echoed) {
        return new CodecCapability(
                name,
                clockRate,
                channels,
                new FormatParameters(parameters),
                List.of(echoed),
                EnumSet.of(Feedback.NACK, Feedback.TRANSPORT_CC),
                false);
    }

    /** Whether a payload type is of this codec, in a configuration that media of the other can be played with. */
    boolean matches(Codec codec) {
        return codec.is(name)
                && codec.clockRate() == clockRate
                && codec.channels() == channels
                && sameConfiguration(name, parameters, codec.parameters());
    }

    /** What must be alike on both sides, as each codec's payload format says. */
    static boolean sameConfiguration(String name, FormatParameters one, FormatParameters other) {
        if (name.equalsIgnoreCase("H264")) {
            // RFC 6184, 8.2.2: the profile and the packetization mode are symmetric, the level is not.
            return same("packetization-mode", "0", one, other)
                    && H264Profile.of(one).profile() == H264Profile.of(other).profile();
        }
        if (name.equalsIgnoreCase("VP9")) {
            // RFC 9628, 6: absent is profile 0.
            return same("profile-id", "0", one, other);
        }
        if (name.equalsIgnoreCase("AV1")) {
            // The AV1 RTP specification, 7.2.3: absent is profile 0.
            return same("profile", "0", one, other);
        }
        return true;
    }

    private static boolean same(String name, String otherwise, FormatParameters one, FormatParameters other) {
        return one.get(name).orElse(otherwise).equals(other.get(name).orElse(otherwise));
    }

    /** The payload type in an answer to {@code offered}: its number, our parameters, the feedback of both. */
    Codec answerTo(Codec offered) {
        var common = new ArrayList<String>();
        for (var each : offered.feedback()) {
            if (feedback.stream().anyMatch(f -> f.text().equals(each))) {
                common.add(each);
            }
        }
        return new Codec(
                offered.payloadType(),
                offered.name(),
                offered.clockRate(),
                offered.channels(),
                answerParameters(offered.parameters()),
                common);
    }

    private FormatParameters answerParameters(FormatParameters offered) {
        if (name.equalsIgnoreCase("red")) {
            // RFC 2198, 5: they are payload types, which are the offer's.
            return offered;
        }
        var values = new LinkedHashMap<>(parameters.values());
        for (var name : echoed) {
            offered.get(name).ifPresent(value -> values.put(name, value));
        }
        if (name.equalsIgnoreCase("H264")) {
            h264Level(values, offered);
        }
        return FormatParameters.of(values);
    }

    /**
     * RFC 6184, 8.2.2: with level-asymmetry-allowed on both sides each names the level it can receive; else both use the
     * lower one. The profile is the same, though one profile has several spellings.
     */
    private void h264Level(LinkedHashMap<String, String> values, FormatParameters offered) {
        boolean asymmetric = values.getOrDefault(ASYMMETRY, "0").equals("1")
                && offered.get(ASYMMETRY).equals(Optional.of("1"));
        var own = values.get(LEVEL_ID);
        var theirs = offered.get(LEVEL_ID);
        if (!asymmetric) {
            values.remove(ASYMMETRY);
            if (theirs.isEmpty()) {
                values.remove(LEVEL_ID);
            } else if (own != null) {
                values.put(LEVEL_ID, H264Profile.withLowerLevel(theirs.get(), own));
            }
        }
    }
}
