package dev.stoa.signaling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.api.Test;

class NamesTest {
    @Test
    void namesAreTrimmedAndComposed() {
        assertEquals("Chlo\u00e9", Names.normalise("  Chloe\u0301 \t"));
    }

    @Test
    void lengthCountsCodePoints() {
        assertNotNull(Names.normalise("🏛".repeat(64)));
        assertNull(Names.normalise("🏛".repeat(65)));
    }

    @Test
    void emojiAndScriptsThatNeedJoinersKeepThem() {
        assertEquals("👩‍🚀", Names.normalise("👩‍🚀"));
    }

    @Test
    void aNameCannotTurnTheDirectionOfItsNeighbours() {
        assertNull(Names.normalise("\u202Ecod.exe"));
        assertNull(Names.normalise("\u2066x"));
    }
}
