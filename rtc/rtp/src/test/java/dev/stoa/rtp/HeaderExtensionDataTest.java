package dev.stoa.rtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;

class HeaderExtensionDataTest {
    @Test
    void absSendTimeIsSecondsIn18BitsOfFraction() {
        assertEquals(1 << 18, AbsSendTime.ofNanos(1_000_000_000L));
        assertEquals(0, AbsSendTime.ofNanos(64_000_000_000L));
        assertEquals(0xFFFFFF, AbsSendTime.ofNanos(-1));
        assertEquals(
                500_000_000L,
                AbsSendTime.toNanos(
                        AbsSendTime.ofNanos(Long.MAX_VALUE / 64_000_000_000L * 64_000_000_000L + 500_000_000L)));
        assertEquals(63_999_996_185L, AbsSendTime.toNanos(0xFFFFFF));
    }

    @Test
    void audioLevel() {
        assertEquals(0x80 | 30, AudioLevel.octet(true, 30));
        assertEquals(127, AudioLevel.level(0xFF));
        assertTrue(AudioLevel.voice(0x80));
        assertFalse(AudioLevel.voice(0x7F));
        assertThrows(IllegalArgumentException.class, () -> AudioLevel.octet(true, 128));
    }

    @Test
    void videoOrientation() {
        for (int degrees = 0; degrees < 360; degrees += 90) {
            assertEquals(degrees, VideoOrientation.rotationDegrees(VideoOrientation.octet(degrees, true, true)));
        }
        assertEquals(0x0D, VideoOrientation.octet(90, true, true));
        assertTrue(VideoOrientation.flipped(4) && VideoOrientation.backCamera(8) && !VideoOrientation.backCamera(4));
        assertThrows(IllegalArgumentException.class, () -> VideoOrientation.octet(45, false, false));
    }

    @Test
    void playoutDelay() {
        int bits = PlayoutDelay.bits(100, 40_950);
        assertEquals(0x00AFFF, bits);
        assertEquals(100, PlayoutDelay.minimumMillis(bits));
        assertEquals(40_950, PlayoutDelay.maximumMillis(bits));
        assertThrows(IllegalArgumentException.class, () -> PlayoutDelay.bits(20, 10));
    }

    @Test
    void extensionsAreFoundByUriAndId() {
        for (var extension : RtpHeaderExtension.values()) {
            assertEquals(extension, RtpHeaderExtension.of(extension.uri()));
        }
        assertNull(RtpHeaderExtension.of("urn:example"));
        var ids = new RtpExtensionIds(Map.of(RtpHeaderExtension.MID, 4, RtpHeaderExtension.ABS_SEND_TIME, 200));
        assertEquals(200, ids.id(RtpHeaderExtension.ABS_SEND_TIME));
        assertEquals(RtpHeaderExtension.MID, ids.extension(4));
        assertEquals(0, ids.id(RtpHeaderExtension.AUDIO_LEVEL));
        assertFalse(ids.has(RtpHeaderExtension.AUDIO_LEVEL));
        assertNull(ids.extension(5));
        assertThrows(
                IllegalArgumentException.class,
                () -> new RtpExtensionIds(Map.of(RtpHeaderExtension.MID, 4, RtpHeaderExtension.AUDIO_LEVEL, 4)));
        assertThrows(IllegalArgumentException.class, () -> new RtpExtensionIds(Map.of(RtpHeaderExtension.MID, 256)));
    }

    @Test
    void ntpTimesOfKnownDays() {
        // RFC 5905, figure 4: 1 January 1972 is 2,272,060,800 s; era 1 begins on 7 February 2036, 06:28:16.
        assertEquals(2_272_060_800L << 32, NtpTime.ofEpochNanos(63_072_000L * 1_000_000_000L));
        assertEquals(2_208_988_800L << 32 | 0x8000_0000L, NtpTime.ofEpochNanos(500_000_000L));
        long era1 = 2_085_978_496L * 1_000_000_000L;
        assertEquals(0, NtpTime.ofEpochNanos(era1));
        assertEquals(era1, NtpTime.toEpochNanos(0));
        long now = 1_764_000_000_123_456_789L;
        assertTrue(Math.abs(now - NtpTime.toEpochNanos(NtpTime.ofEpochNanos(now))) <= 1);
        assertEquals(0x0203_8000, NtpTime.compact(0x0001_0203_8000_0000L));
    }

    @Test
    void ntpDurations() {
        assertEquals(65536 + 32768, NtpTime.ofNanos(1_500_000_000L));
        assertEquals(1_500_000_000L, NtpTime.compactToNanos(65536 + 32768));
        assertEquals(0xFFFF_FFFFL, NtpTime.ofNanos(Long.MAX_VALUE));
    }
}
