package dev.stoa.rtp;

import dev.stoa.wire.Malformation;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The templates and decode targets of a stream (RTP Payload Format For AV1, A.8.2 and A.8.3), which come with a key frame
 * and hold until the next. Immutable once {@link DependencyDescriptor} has read it.
 */
public final class FrameDependencyStructure {
    public static final int MAX_TEMPLATES = 64;
    public static final int MAX_DECODE_TARGETS = 32;
    public static final int MAX_SPATIAL_LAYERS = 4;
    public static final int MAX_TEMPORAL_LAYERS = 8;
    /** Of one frame. The format has no limit; encoders have at most eight references. */
    public static final int MAX_DIFFERENCES = 16;

    private int templateIdOffset;
    private int decodeTargetCount;
    private int chainCount;
    private int templateCount;
    private final int[] spatialIds = new int[MAX_TEMPLATES];
    private final int[] temporalIds = new int[MAX_TEMPLATES];
    private byte[][] indications = new byte[0][];
    private int[][] differences = new int[0][];
    private int[][] chainDifferences = new int[0][];
    private final int[] protectedBy = new int[MAX_DECODE_TARGETS];
    private final int[] targetSpatialIds = new int[MAX_DECODE_TARGETS];
    private final int[] targetTemporalIds = new int[MAX_DECODE_TARGETS];
    private boolean hasResolutions;
    private final int[] widths = new int[MAX_SPATIAL_LAYERS];
    private final int[] heights = new int[MAX_SPATIAL_LAYERS];

    FrameDependencyStructure() {}

    @Nullable Malformation read(BitReader bits) {
        templateIdOffset = bits.read(6);
        decodeTargetCount = bits.read(5) + 1;
        var malformation = readLayers(bits);
        if (malformation != null) {
            return malformation;
        }
        indications = new byte[templateCount][decodeTargetCount];
        for (var template : indications) {
            for (int target = 0; target < decodeTargetCount; target++) {
                template[target] = (byte) bits.read(2);
            }
        }
        malformation = readDifferences(bits);
        if (malformation != null) {
            return malformation;
        }
        readChains(bits);
        findTargetLayers();
        hasResolutions = bits.read(1) != 0;
        for (int layer = 0; hasResolutions && layer < spatialLayerCount(); layer++) {
            widths[layer] = bits.read(16) + 1;
            heights[layer] = bits.read(16) + 1;
        }
        return bits.overran() ? Malformation.TRUNCATED : null;
    }

    public int templateCount() {
        return templateCount;
    }

    /** The index of a template by the id a packet has, -1 when there is none. */
    public int templateIndex(int templateId) {
        int index = (templateId - templateIdOffset) & 63;
        return index < templateCount ? index : -1;
    }

    public int templateSpatialId(int template) {
        return spatialIds[template];
    }

    public int templateTemporalId(int template) {
        return temporalIds[template];
    }

    public int decodeTargetCount() {
        return decodeTargetCount;
    }

    public int chainCount() {
        return chainCount;
    }

    /** The chain whose integrity makes the decode target decodable. */
    public int protectingChain(int decodeTarget) {
        return protectedBy[decodeTarget];
    }

    /** The highest spatial layer that is part of the decode target. */
    public int decodeTargetSpatialId(int decodeTarget) {
        return targetSpatialIds[decodeTarget];
    }

    public int decodeTargetTemporalId(int decodeTarget) {
        return targetTemporalIds[decodeTarget];
    }

    public int spatialLayerCount() {
        return spatialIds[templateCount - 1] + 1;
    }

    /** In pixels; 0 when not known. */
    public int width(int spatialLayer) {
        return widths[spatialLayer];
    }

    public int height(int spatialLayer) {
        return heights[spatialLayer];
    }

    /** Whether a frame's size may follow in its own descriptor: no, it is that of its layer here. */
    public boolean hasResolutions() {
        return hasResolutions;
    }

    int indication(int template, int decodeTarget) {
        return indications[template][decodeTarget];
    }

    int[] differences(int template) {
        return differences[template];
    }

    int chainDifference(int template, int chain) {
        return chainDifferences[template][chain];
    }

    private @Nullable Malformation readLayers(BitReader bits) {
        int spatial = 0;
        int temporal = 0;
        int next = 0;
        while (next != 3) {
            if (templateCount == MAX_TEMPLATES) {
                return Malformation.TOO_MANY;
            }
            spatialIds[templateCount] = spatial;
            temporalIds[templateCount] = temporal;
            templateCount++;
            next = bits.read(2);
            if (next == 1) {
                temporal++;
            } else if (next == 2) {
                temporal = 0;
                spatial++;
            }
            if (temporal >= MAX_TEMPORAL_LAYERS || spatial >= MAX_SPATIAL_LAYERS) {
                return Malformation.BAD_VALUE;
            }
            if (bits.overran()) {
                return Malformation.TRUNCATED;
            }
        }
        return null;
    }

    private @Nullable Malformation readDifferences(BitReader bits) {
        differences = new int[templateCount][];
        var found = new int[MAX_DIFFERENCES];
        for (int template = 0; template < templateCount; template++) {
            int count = 0;
            while (bits.read(1) != 0) {
                if (count == MAX_DIFFERENCES) {
                    return Malformation.TOO_MANY;
                }
                found[count++] = bits.read(4) + 1;
            }
            differences[template] = Arrays.copyOf(found, count);
        }
        return null;
    }

    private void readChains(BitReader bits) {
        chainCount = bits.readNonSymmetric(decodeTargetCount + 1);
        chainDifferences = new int[templateCount][chainCount];
        if (chainCount == 0) {
            return;
        }
        for (int target = 0; target < decodeTargetCount; target++) {
            protectedBy[target] = bits.readNonSymmetric(chainCount);
        }
        for (var template : chainDifferences) {
            for (int chain = 0; chain < chainCount; chain++) {
                template[chain] = bits.read(4);
            }
        }
    }

    /** A.8.3: the layers of the templates that are present in the target. */
    private void findTargetLayers() {
        for (int target = 0; target < decodeTargetCount; target++) {
            for (int template = 0; template < templateCount; template++) {
                if (indications[template][target] != DependencyDescriptor.NOT_PRESENT) {
                    targetSpatialIds[target] = Math.max(targetSpatialIds[target], spatialIds[template]);
                    targetTemporalIds[target] = Math.max(targetTemporalIds[target], temporalIds[template]);
                }
            }
        }
    }
}
