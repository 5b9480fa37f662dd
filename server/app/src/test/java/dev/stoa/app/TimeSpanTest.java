package dev.stoa.app;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimeSpanTest {
    @Test
    void readsSecondsMinutesHoursAndDays() {
        assertEquals(Optional.of(Duration.ofSeconds(30)), TimeSpan.parse("30s"));
        assertEquals(Optional.of(Duration.ofMinutes(15)), TimeSpan.parse("15m"));
        assertEquals(Optional.of(Duration.ofHours(24)), TimeSpan.parse("24h"));
        assertEquals(Optional.of(Duration.ofDays(365)), TimeSpan.parse("365d"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "24", "h", "0s", "-1h", "366d", "99999999d", "999999999d", "1w", "1.5h", "24h24h"})
    void refusesTheRest(String text) {
        assertEquals(Optional.empty(), TimeSpan.parse(text));
    }
}
