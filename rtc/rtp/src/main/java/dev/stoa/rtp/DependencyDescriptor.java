package dev.stoa.rtp;

import dev.stoa.wire.Datagram;
import dev.stoa.wire.Malformation;
import org.jspecify.annotations.Nullable;

/**
 * The dependency descriptor header extension (RTP Payload Format For AV1, appendix A): what a forwarder must know of a
 * frame, without looking into its payload.
 *
 * <pre>
 * |S|E| template id (6) |        frame number (16)        |  mandatory, A.8.1
 * |structure|active targets|custom: dtis|fdiffs|chains|      then, when there are more than three bytes
 * </pre>
 *
 * <p>Calling contract: {@link #wrap} with the structure that came with the stream's last key frame; when
 * {@link #attachedStructure} is not null the caller keeps that one for the packets to come. What begins with {@code frame}
 * is known only when {@link #isFrameKnown}, so when there is a structure. Only reading a structure allocates.
 */
public final class DependencyDescriptor {
    /** Decode target indications (A.8.4.2, table A.1). */
    public static final int NOT_PRESENT = 0;

    public static final int DISCARDABLE = 1;
    public static final int SWITCH = 2;
    public static final int REQUIRED = 3;

    private final BitReader bits = new BitReader();
    private final int[] customIndications = new int[FrameDependencyStructure.MAX_DECODE_TARGETS];
    private final int[] customDifferences = new int[FrameDependencyStructure.MAX_DIFFERENCES];
    private final int[] customChains = new int[FrameDependencyStructure.MAX_DECODE_TARGETS];
    private Datagram datagram = Nothing.DATAGRAM;
    private int offset;
    private @Nullable FrameDependencyStructure structure;
    private @Nullable FrameDependencyStructure attached;
    private int template;
    private boolean hasActiveDecodeTargets;
    private int activeDecodeTargets;
    private boolean hasCustomIndications;
    private boolean hasCustomDifferences;
    private int customDifferenceCount;
    private boolean hasCustomChains;

    public DependencyDescriptor() {}

    /**
     * Looks at the {@code length} bytes from {@code offset} on. Null when they are a descriptor.
     *
     * @param current the structure that holds, null when none has come
     */
    public @Nullable Malformation wrap(
            Datagram packet, int offset, int length, @Nullable FrameDependencyStructure current) {
        datagram = Nothing.DATAGRAM;
        structure = null;
        attached = null;
        template = -1;
        hasActiveDecodeTargets = false;
        activeDecodeTargets = 0;
        hasCustomIndications = false;
        hasCustomDifferences = false;
        customDifferenceCount = 0;
        hasCustomChains = false;
        if (length < 3) {
            return Malformation.TRUNCATED;
        }
        this.offset = offset;
        bits.wrap(packet, offset, length);
        bits.read(2);
        int templateId = bits.read(6);
        bits.read(16);
        var malformation = length > 3 ? readExtended(current) : null;
        if (malformation != null) {
            return malformation;
        }
        var holding = attached != null ? attached : current;
        if (holding != null) {
            malformation = readFrame(holding, templateId);
            if (malformation != null) {
                attached = null;
                return malformation;
            }
        }
        structure = holding;
        datagram = packet;
        return null;
    }

    public boolean startOfFrame() {
        return (datagram.u8(offset) & 0x80) != 0;
    }

    public boolean endOfFrame() {
        return (datagram.u8(offset) & 0x40) != 0;
    }

    public int frameNumber() {
        return datagram.u16(offset + 1);
    }

    public void setFrameNumber(int frameNumber) {
        datagram.put16(offset + 1, frameNumber);
    }

    /** Not null on the first packet of a key frame: the caller keeps it. */
    public @Nullable FrameDependencyStructure attachedStructure() {
        return attached;
    }

    /** Whether it says which decode targets the sender still produces. */
    public boolean hasActiveDecodeTargets() {
        return hasActiveDecodeTargets;
    }

    /** Bit i stands for decode target i. */
    public int activeDecodeTargets() {
        return activeDecodeTargets;
    }

    /** Whether there is a structure, so that the frame's own properties are known. */
    public boolean isFrameKnown() {
        return structure != null;
    }

    public int frameSpatialId() {
        return known().templateSpatialId(template);
    }

    public int frameTemporalId() {
        return known().templateTemporalId(template);
    }

    /** What the frame is to a decode target: {@link #NOT_PRESENT}, {@link #DISCARDABLE}, {@link #SWITCH}, {@link #REQUIRED}. */
    public int frameDecodeTargetIndication(int decodeTarget) {
        var structure = known();
        return hasCustomIndications ? customIndications[decodeTarget] : structure.indication(template, decodeTarget);
    }

    /** How many frames this one refers to. */
    public int frameDifferenceCount() {
        var structure = known();
        return hasCustomDifferences ? customDifferenceCount : structure.differences(template).length;
    }

    /** How far back, in frame numbers, a frame is that this one refers to. */
    public int frameDifference(int index) {
        var structure = known();
        return hasCustomDifferences ? customDifferences[index] : structure.differences(template)[index];
    }

    /** How far back the last frame of the chain is; 0 when the chain begins here. */
    public int frameChainDifference(int chain) {
        var structure = known();
        return hasCustomChains ? customChains[chain] : structure.chainDifference(template, chain);
    }

    private @Nullable Malformation readExtended(@Nullable FrameDependencyStructure current) {
        boolean hasStructure = bits.read(1) != 0;
        hasActiveDecodeTargets = bits.read(1) != 0;
        hasCustomIndications = bits.read(1) != 0;
        hasCustomDifferences = bits.read(1) != 0;
        hasCustomChains = bits.read(1) != 0;
        var holding = current;
        if (hasStructure) {
            var read = new FrameDependencyStructure();
            var malformation = read.read(bits);
            if (malformation != null) {
                return malformation;
            }
            attached = read;
            holding = read;
            activeDecodeTargets = (int) ((1L << read.decodeTargetCount()) - 1);
        }
        if (hasActiveDecodeTargets && holding != null) {
            int count = holding.decodeTargetCount();
            // 32 bits do not fit one read.
            activeDecodeTargets = bits.read(count / 2) << (count - count / 2) | bits.read(count - count / 2);
        } else if (hasStructure) {
            hasActiveDecodeTargets = true; // A.8.2.1: all of a new structure's targets are active
        } else {
            hasActiveDecodeTargets = false;
        }
        return null;
    }

    private @Nullable Malformation readFrame(FrameDependencyStructure holding, int templateId) {
        template = holding.templateIndex(templateId);
        if (template < 0) {
            return Malformation.BAD_VALUE;
        }
        for (int i = 0; hasCustomIndications && i < holding.decodeTargetCount(); i++) {
            customIndications[i] = bits.read(2);
        }
        if (hasCustomDifferences) {
            for (int size = bits.read(2); size != 0; size = bits.read(2)) {
                if (customDifferenceCount == customDifferences.length) {
                    return Malformation.TOO_MANY;
                }
                customDifferences[customDifferenceCount++] = bits.read(4 * size) + 1;
            }
        }
        for (int i = 0; hasCustomChains && i < holding.chainCount(); i++) {
            customChains[i] = bits.read(8);
        }
        return bits.overran() ? Malformation.TRUNCATED : null;
    }

    private FrameDependencyStructure known() {
        var structure = this.structure;
        if (structure == null) {
            throw new IllegalStateException("no structure has come with a key frame yet");
        }
        return structure;
    }
}
