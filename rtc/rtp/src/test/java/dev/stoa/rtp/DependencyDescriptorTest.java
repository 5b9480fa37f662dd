package dev.stoa.rtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.wire.Datagram;
import dev.stoa.wire.Malformation;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Bits laid out by hand from the syntax tables of the specification, A.8.2: one spatial and two temporal layers. */
class DependencyDescriptorTest {
    private static final String STRUCTURE = bits(10, 6) // template id offset
            + bits(1, 5) // two decode targets
            + bits(0, 2) + bits(1, 2) + bits(3, 2) // key and T0 in one layer, T1 in the next, the end
            + bits(2, 2) + bits(2, 2) // key: switch for both targets
            + bits(2, 2) + bits(3, 2) // T0: switch, required
            + bits(0, 2) + bits(1, 2) // T1: not present, discardable
            + "0" + ("1" + bits(1, 4) + "0") + ("1" + bits(0, 4) + "0") // references: none; 2 back; 1 back
            + "10" // one chain, as a non-symmetric number below 3; each target is protected by it: no bits
            + bits(0, 4) + bits(2, 4) + bits(1, 4)
            + "1" + bits(639, 16) + bits(359, 16);

    private static final String KEY = head(true, false, 10, 0x1234) + "10000" + STRUCTURE;

    private final DependencyDescriptor descriptor = new DependencyDescriptor();

    @Test
    void withoutAStructureOnlyTheMandatoryFieldsAreKnown() {
        assertNull(wrap(head(true, true, 11, 0xFFFF), null));
        assertTrue(descriptor.startOfFrame());
        assertTrue(descriptor.endOfFrame());
        assertEquals(0xFFFF, descriptor.frameNumber());
        assertFalse(descriptor.isFrameKnown());
        assertNull(descriptor.attachedStructure());
        assertThrows(IllegalStateException.class, descriptor::frameSpatialId);
    }

    @Test
    void aKeyFrameBringsTheStructure() {
        assertNull(wrap(KEY, null));
        assertFalse(descriptor.endOfFrame());
        var structure = structure();
        assertEquals(3, structure.templateCount());
        assertEquals(2, structure.decodeTargetCount());
        assertEquals(1, structure.chainCount());
        assertEquals(0, structure.protectingChain(1));
        assertEquals(1, structure.spatialLayerCount());
        assertEquals(0, structure.decodeTargetTemporalId(0));
        assertEquals(1, structure.decodeTargetTemporalId(1));
        assertTrue(structure.hasResolutions());
        assertEquals(640, structure.width(0));
        assertEquals(360, structure.height(0));
        assertEquals(0b11, descriptor.activeDecodeTargets());
        assertEquals(0, descriptor.frameDifferenceCount());
        assertEquals(DependencyDescriptor.SWITCH, descriptor.frameDecodeTargetIndication(0));
        assertEquals(0, descriptor.frameChainDifference(0));
    }

    @Test
    void laterFramesReferToItsTemplates() {
        assertNull(wrap(KEY, null));
        var structure = structure();
        assertNull(wrap(head(true, true, 12, 0x1235), structure));
        assertEquals(0, descriptor.frameSpatialId());
        assertEquals(1, descriptor.frameTemporalId());
        assertEquals(DependencyDescriptor.NOT_PRESENT, descriptor.frameDecodeTargetIndication(0));
        assertEquals(DependencyDescriptor.DISCARDABLE, descriptor.frameDecodeTargetIndication(1));
        assertEquals(1, descriptor.frameDifferenceCount());
        assertEquals(1, descriptor.frameDifference(0));
        assertEquals(1, descriptor.frameChainDifference(0));
        assertFalse(descriptor.hasActiveDecodeTargets());
    }

    @Test
    void aFrameMayHaveItsOwnProperties() {
        assertNull(wrap(KEY, null));
        var structure = structure();
        var custom = head(true, true, 11, 7) + "01111" + "01" // the first target alone is active
                + bits(1, 2) + bits(0, 2)
                + bits(1, 2) + bits(3, 4) + bits(3, 2) + bits(299, 12) + bits(0, 2)
                + bits(200, 8);
        assertNull(wrap(custom, structure));
        assertTrue(descriptor.hasActiveDecodeTargets());
        assertEquals(1, descriptor.activeDecodeTargets());
        assertEquals(DependencyDescriptor.DISCARDABLE, descriptor.frameDecodeTargetIndication(0));
        assertEquals(2, descriptor.frameDifferenceCount());
        assertEquals(4, descriptor.frameDifference(0));
        assertEquals(300, descriptor.frameDifference(1));
        assertEquals(200, descriptor.frameChainDifference(0));
    }

    @Test
    void aTemplateThatDoesNotExistIsRefused() {
        assertNull(wrap(KEY, null));
        var structure = structure();
        assertEquals(Malformation.BAD_VALUE, wrap(head(true, true, 13, 1), structure));
        assertEquals(Malformation.BAD_VALUE, wrap(head(true, true, 9, 1), structure));
    }

    @Test
    void theFrameNumberIsRewrittenWhereItIs() {
        assertNull(wrap(KEY, null));
        descriptor.setFrameNumber(0xFFFF);
        assertEquals(0xFFFF, descriptor.frameNumber());
        assertTrue(descriptor.startOfFrame());
    }

    @Test
    void aCutStructureIsRefused() {
        var bytes = bytes(KEY);
        for (int length = 0; length < bytes.length; length++) {
            var malformation = descriptor.wrap(Datagram.copyOf(bytes), 0, length, null);
            if (length == 3) {
                assertNull(malformation); // the mandatory fields alone are whole
            } else {
                assertNotNull(malformation, "length " + length);
            }
        }
    }

    @Test
    void moreLayersThanThereCanBeAreRefused() {
        var spatial = bits(0, 6) + bits(0, 5) + bits(2, 2).repeat(4) + bits(3, 2);
        assertEquals(Malformation.BAD_VALUE, wrap(head(true, true, 0, 1) + "10000" + spatial, null));
        var templates = bits(0, 6) + bits(0, 5) + bits(0, 2).repeat(64) + bits(3, 2);
        assertEquals(Malformation.TOO_MANY, wrap(head(true, true, 0, 1) + "10000" + templates, null));
        var references = bits(0, 6) + bits(0, 5) + bits(3, 2) + bits(0, 2) + "11111".repeat(17);
        assertEquals(Malformation.TOO_MANY, wrap(head(true, true, 0, 1) + "10000" + references, null));
    }

    @Test
    void noBytesThrow() {
        long seed = 1;
        var random = new Random(seed);
        assertNull(wrap(KEY, null));
        @Nullable FrameDependencyStructure structure = structure();
        var place = Datagram.allocate(255);
        var key = bytes(KEY);
        for (int round = 0; round < 30_000; round++) {
            Fuzz.fill(place, key, random);
            if (descriptor.wrap(place, 0, place.length(), random.nextInt(4) == 0 ? null : structure) != null
                    || !descriptor.isFrameKnown()) {
                continue;
            }
            var attached = descriptor.attachedStructure();
            structure = attached != null ? attached : structure;
            for (int i = 0; i < descriptor.frameDifferenceCount(); i++) {
                assertTrue(descriptor.frameDifference(i) > 0, "seed " + seed + " round " + round);
            }
            assertTrue(descriptor.frameSpatialId() < 4 && descriptor.frameTemporalId() < 8);
            if (attached != null) {
                for (int target = 0; target < attached.decodeTargetCount(); target++) {
                    assertTrue(descriptor.frameDecodeTargetIndication(target) < 4);
                    assertTrue(attached.chainCount() == 0
                            || descriptor.frameChainDifference(attached.protectingChain(target)) < 256);
                }
            }
        }
    }

    private FrameDependencyStructure structure() {
        var structure = descriptor.attachedStructure();
        assertNotNull(structure);
        return structure;
    }

    private @Nullable Malformation wrap(String bits, @Nullable FrameDependencyStructure structure) {
        var bytes = bytes(bits);
        return descriptor.wrap(Datagram.copyOf(bytes), 0, bytes.length, structure);
    }

    private static String head(boolean start, boolean end, int template, int frame) {
        return (start ? "1" : "0") + (end ? "1" : "0") + bits(template, 6) + bits(frame, 16);
    }

    private static String bits(int value, int count) {
        var bits = new StringBuilder();
        for (int i = count - 1; i >= 0; i--) {
            bits.append(value >>> i & 1);
        }
        return bits.toString();
    }

    private static byte[] bytes(String bits) {
        var bytes = new byte[(bits.length() + 7) / 8];
        for (int i = 0; i < bits.length(); i++) {
            bytes[i / 8] |= (byte) ((bits.charAt(i) - '0') << (7 - i % 8));
        }
        return bytes;
    }
}
