package dev.stoa.sdp;

import java.util.HexFormat;
import java.util.Optional;

/**
 * The profile and level in H.264's {@code profile-level-id}: three bytes in hexadecimal (RFC 6184, 8.1, table 5).
 *
 * @param profile the part that both sides must have alike
 * @param level as the third byte says it: 31 is level 3.1; 11 with constraint_set3 is level 1b and written 9
 */
record H264Profile(Profile profile, int level) {
    /** What no {@code profile-level-id} means: Baseline at level 1 (RFC 6184, 8.1). */
    static final H264Profile DEFAULT = new H264Profile(Profile.BASELINE, 10);

    private static final int LEVEL_1B = 9;

    enum Profile {
        CONSTRAINED_BASELINE,
        BASELINE,
        MAIN,
        EXTENDED,
        CONSTRAINED_HIGH,
        HIGH,
        OTHER
    }

    /** Empty when it is not three bytes. */
    static Optional<H264Profile> parse(String profileLevelId) {
        if (profileLevelId.length() != 6 || !profileLevelId.chars().allMatch(HexFormat::isHexDigit)) {
            return Optional.empty();
        }
        int number = HexFormat.fromHexDigits(profileLevelId);
        int iop = number >>> 8 & 0xFF;
        int level = number & 0xFF;
        var profile = profile(number >>> 16, iop);
        // In the High profiles that bit means something else.
        boolean is1b = level == 11 && (iop & 0x10) != 0 && number >>> 16 != 0x64;
        return Optional.of(new H264Profile(profile, is1b ? LEVEL_1B : level));
    }

    static H264Profile of(FormatParameters parameters) {
        return parameters.get("profile-level-id").flatMap(H264Profile::parse).orElse(DEFAULT);
    }

    /** The {@code profile-level-id} of {@code offered} with the lower of both levels (RFC 6184, 8.2.2). */
    static String withLowerLevel(String offered, String own) {
        var first = parse(offered).orElse(DEFAULT);
        var second = parse(own).orElse(DEFAULT);
        return second.level < first.level ? own : offered;
    }

    private static Profile profile(int idc, int iop) {
        return switch (idc) {
            case 0x42 -> (iop & 0x4F) == 0x40 ? Profile.CONSTRAINED_BASELINE : baseline(iop);
            case 0x4D -> (iop & 0x8F) == 0x80 ? Profile.CONSTRAINED_BASELINE : main(iop);
            case 0x58 -> (iop & 0xCF) == 0xC0 ? Profile.CONSTRAINED_BASELINE : extended(iop);
            case 0x64 -> iop == 0 ? Profile.HIGH : iop == 0x0C ? Profile.CONSTRAINED_HIGH : Profile.OTHER;
            default -> Profile.OTHER;
        };
    }

    private static Profile baseline(int iop) {
        return (iop & 0x4F) == 0 ? Profile.BASELINE : Profile.OTHER;
    }

    private static Profile main(int iop) {
        return (iop & 0xAF) == 0 ? Profile.MAIN : Profile.OTHER;
    }

    private static Profile extended(int iop) {
        if ((iop & 0xCF) == 0x80) {
            return Profile.BASELINE;
        }
        return (iop & 0xCF) == 0 ? Profile.EXTENDED : Profile.OTHER;
    }
}
