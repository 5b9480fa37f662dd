package dev.stoa.app;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NearestNameTest {
    private static final List<String> NAMES = List.of("http-port", "https-port", "host", "open");

    @Test
    void countsInsertionsDeletionsReplacementsAndSwaps() {
        assertEquals(0, NearestName.distance("port", "port"));
        assertEquals(1, NearestName.distance("prt", "port"));
        assertEquals(1, NearestName.distance("poort", "port"));
        assertEquals(1, NearestName.distance("pirt", "port"));
        assertEquals(1, NearestName.distance("oprt", "port"));
        assertEquals(4, NearestName.distance("", "port"));
    }

    @Test
    void findsTheNameThatWasMeant() {
        assertEquals(Optional.of("http-port"), NearestName.of("htpp-port", NAMES));
        assertEquals(Optional.of("host"), NearestName.of("hots", NAMES));
    }

    @Test
    void staysSilentWhenNothingIsNear() {
        assertEquals(Optional.empty(), NearestName.of("completely-different-thing", NAMES));
        assertEquals("look it up", NearestName.hint("completely-different-thing", NAMES, "look it up"));
    }
}
