package dev.stoa.sdp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RoundTripTest {
    static List<String> all() {
        return Offers.ALL;
    }

    @ParameterizedTest
    @MethodSource("all")
    void whatBrowsersWriteIsTheSameAfterWritingIt(String name) {
        var description = Offers.description(name);
        assertEquals(description, Offers.parse(description.write()));
    }

    /** Nothing is lost or added: only the order of lines differs. */
    @ParameterizedTest
    @MethodSource("all")
    void writesTheLinesThatTheBrowserWrote(String name) {
        var text = Offers.text(name);
        assertEquals(lines(text), lines(Offers.parse(text).write()));
    }

    private static List<String> lines(String text) {
        return text.lines()
                .map(line -> line.replace("G722/8000/1", "G722/8000"))
                .map(line -> line.replace("msid-semantic:WMS", "msid-semantic: WMS"))
                .sorted()
                .toList();
    }

    @Test
    void readsLinesThatEndWithLineFeedOnly() {
        var text = Offers.text("chromium-audio-video-data");
        assertEquals(Offers.parse(text), Offers.parse(text.replace("\r\n", "\n")));
    }

    @Test
    void writesCarriageReturnAndLineFeed() {
        var written = Offers.description("firefox-simulcast-slots").write();
        assertTrue(written.endsWith("\r\n"));
        assertFalse(written.replace("\r\n", "").contains("\n"));
    }

    @Test
    void readsALastLineThatDoesNotEnd() {
        var text = Offers.text("chromium-data-only");
        assertEquals(Offers.parse(text), Offers.parse(text.stripTrailing()));
    }
}
