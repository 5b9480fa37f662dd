package dev.stoa.fuzz;

import dev.stoa.rtp.DependencyDescriptor;
import dev.stoa.rtp.FrameDependencyStructure;
import dev.stoa.wire.Datagram;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Dependency descriptors one after the other: each may bring the structure that the next ones are read by. */
final class DescriptorTarget implements FuzzTarget {
    @Override
    public void run(byte[] input) {
        var choices = new Choices(input);
        var descriptor = new DependencyDescriptor();
        FrameDependencyStructure structure = null;
        while (!choices.isOver()) {
            var packet = Datagram.copyOf(choices.bytes());
            if (descriptor.wrap(packet, 0, packet.length(), structure) != null) {
                continue;
            }
            var attached = descriptor.attachedStructure();
            structure = attached != null ? attached : structure;
            Promise.canBeRead(descriptor.startOfFrame(), descriptor.endOfFrame(), descriptor.activeDecodeTargets());
            Promise.that(descriptor.isFrameKnown() == (structure != null), "a structure makes frames known");
            read(descriptor, structure);
            descriptor.setFrameNumber(0xABCD);
            Promise.that(descriptor.frameNumber() == 0xABCD, "a frame number can be changed");
        }
    }

    private static void read(DependencyDescriptor descriptor, @Nullable FrameDependencyStructure structure) {
        if (structure == null) {
            return;
        }
        Promise.that(
                descriptor.frameSpatialId() < FrameDependencyStructure.MAX_SPATIAL_LAYERS
                        && descriptor.frameTemporalId() < FrameDependencyStructure.MAX_TEMPORAL_LAYERS,
                "layers are few");
        for (int i = 0; i < descriptor.frameDifferenceCount(); i++) {
            Promise.that(descriptor.frameDifference(i) > 0, "a frame refers to one before it");
        }
        for (int target = 0; target < structure.decodeTargetCount(); target++) {
            int indication = descriptor.frameDecodeTargetIndication(target);
            Promise.that(
                    indication >= DependencyDescriptor.NOT_PRESENT && indication <= DependencyDescriptor.REQUIRED,
                    "there are four indications");
            Promise.canBeRead(structure.decodeTargetSpatialId(target), structure.decodeTargetTemporalId(target));
            Promise.that(
                    structure.chainCount() == 0 || structure.protectingChain(target) < structure.chainCount(),
                    "the chain that protects it is there");
        }
        for (int chain = 0; chain < structure.chainCount(); chain++) {
            Promise.that(descriptor.frameChainDifference(chain) < 256, "a difference has eight bits");
        }
        for (int layer = 0; structure.hasResolutions() && layer < structure.spatialLayerCount(); layer++) {
            Promise.that(structure.width(layer) > 0 && structure.height(layer) > 0, "a picture has a size");
        }
    }

    /** The key frame of one spatial and two temporal layers (RTP Payload Format For AV1, A.8.2), and frames after it. */
    @Override
    public List<byte[]> seeds() {
        var bits = "10" + "001010" + "0001001000110100" + "10000" // its head, with a structure
                + "001010" + "00001" + "00011" + "1" // template offset, targets, layers and their end
                + "1010" + "1011" + "0001"
                + "0" + "100010" + "100000"
                + "10" + "0000" + "0010" + "0001"
                + "1" + "0000001001111111" + "0000000101100111";
        var key = new byte[(bits.length() + 7) / 8];
        for (int i = 0; i < bits.length(); i++) {
            key[i / 8] |= (byte) ((bits.charAt(i) - '0') << (7 - i % 8));
        }
        var next = Seeds.hex("03 cb1235 04 cc1236 40 06 cb1237 70ffff");
        var both = new byte[1 + key.length + next.length];
        both[0] = (byte) key.length;
        System.arraycopy(key, 0, both, 1, key.length);
        System.arraycopy(next, 0, both, 1 + key.length, next.length);
        return List.of(both, next);
    }
}
