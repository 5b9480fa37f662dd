package dev.stoa.sdp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.stoa.sdp.H264Profile.Profile;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CodecCapabilityTest {
    /** RFC 6184, table 5: one profile has several spellings. */
    @ParameterizedTest
    @CsvSource({
        "42e01f, CONSTRAINED_BASELINE, 31",
        "42c00d, CONSTRAINED_BASELINE, 13",
        "4d8028, CONSTRAINED_BASELINE, 40",
        "58c01f, CONSTRAINED_BASELINE, 31",
        "42001f, BASELINE, 31",
        "42a01e, BASELINE, 30",
        "58801f, BASELINE, 31",
        "4d001f, MAIN, 31",
        "4D4028, MAIN, 40",
        "58001f, EXTENDED, 31",
        "640028, HIGH, 40",
        "640c1f, CONSTRAINED_HIGH, 31",
        "64001f, HIGH, 31",
        "f4001f, OTHER, 31",
        "42f00b, CONSTRAINED_BASELINE, 9",
        "42e00b, CONSTRAINED_BASELINE, 11",
    })
    void readsProfileAndLevelOfH264(String text, Profile profile, int level) {
        assertEquals(Optional.of(new H264Profile(profile, level)), H264Profile.parse(text));
    }

    @ParameterizedTest
    @CsvSource({"42e01", "42e01f0", "42e0xx", "''"})
    void readsNoProfileOutOfSomethingElse(String text) {
        assertEquals(Optional.empty(), H264Profile.parse(text));
    }

    @ParameterizedTest
    @CsvSource({
        "H264, packetization-mode=1;profile-level-id=42e01f, packetization-mode=1;profile-level-id=42c00d, true",
        "H264, packetization-mode=1;profile-level-id=42e01f, packetization-mode=1;profile-level-id=42001f, false",
        "H264, packetization-mode=1;profile-level-id=42e01f, profile-level-id=42e01f, false",
        "H264, packetization-mode=0;profile-level-id=42e01f, profile-level-id=42e01f, true",
        "h264, profile-level-id=42001f, '', true",
        "VP9, profile-id=0, '', true",
        "VP9, profile-id=0, max-fs=12288, true",
        "VP9, profile-id=0, PROFILE-ID=2, false",
        "AV1, profile=0, level-idx=5;tier=0, true",
        "AV1, profile=0, level-idx=5;profile=1, false",
        "VP8, '', max-fr=60, true",
    })
    void matchesTheConfigurationsThatCanPlayEachOther(String name, String own, String offered, boolean matches) {
        var codec = new Codec(96, name, 90_000, 1, new FormatParameters(offered), List.of());
        assertEquals(matches, CodecCapability.video(name, own).matches(codec));
    }

    /** RFC 6184, 8.2.2. */
    @ParameterizedTest
    @CsvSource({
        // Both allow it: each says what it can receive.
        "level-asymmetry-allowed=1;profile-level-id=42e00d, level-asymmetry-allowed=1;profile-level-id=42e01f",
        // Only we do: the lower one for both.
        "profile-level-id=42e00d, profile-level-id=42e00d",
        "profile-level-id=42c028, profile-level-id=42e01f",
        "level-asymmetry-allowed=0;profile-level-id=42e028, profile-level-id=42e01f",
    })
    void answersH264WithALevelThatBothCan(String offered, String answered) {
        var capability = CodecCapability.video("H264", "level-asymmetry-allowed=1;profile-level-id=42e01f");
        var codec = new Codec(96, "H264", 90_000, 1, new FormatParameters(offered), List.of());
        assertEquals(answered, capability.answerTo(codec).parameters().text());
    }

    @Test
    void findsParametersWhateverTheirCaseAndSpacing() {
        var parameters = new FormatParameters(" a=1 ; Bee = 2;;c; cc=3;b=4");
        assertEquals(Optional.of("1"), parameters.get("A"));
        assertEquals(Optional.of("2"), parameters.get("bee"));
        assertEquals(Optional.of(""), parameters.get("c"));
        assertEquals(Optional.of("3"), parameters.get("cc"));
        assertEquals(Optional.of("4"), parameters.get("b"));
        assertEquals(Optional.empty(), parameters.get("d"));
        assertEquals(
                List.of("a", "Bee", "c", "cc", "b"),
                List.copyOf(parameters.values().keySet()));
    }
}
