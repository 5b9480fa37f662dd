package dev.stoa.sfu;

import dev.stoa.rtp.RtpPacket;
import dev.stoa.wire.Datagram;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A receiver that keeps what it is sent. */
final class Received implements MemberOutput {
    final List<Datagram> packets = new ArrayList<>();
    final List<Map<String, TrackId>> slotMaps = new ArrayList<>();

    @Override
    public void send(long nowNanos, OutgoingRtp packet) {
        packets.add(assemble(nowNanos, packet));
    }

    @Override
    public void slotsChanged(Map<String, TrackId> slots) {
        slotMaps.add(slots);
    }

    /** As it stands before SRTP. */
    static Datagram assemble(long nowNanos, OutgoingRtp packet) {
        var area = Datagram.allocate(2000);
        int at = 40; // as one of a burst
        int standing = packet.write(area, at, nowNanos);
        area.put(at + standing, packet.payload(), packet.payloadFrom(), packet.payloadCount());
        area.setLength(at + standing + packet.payloadCount());
        return Datagram.copyOf(area.toArray(at, standing + packet.payloadCount()));
    }

    int count() {
        return packets.size();
    }

    RtpPacket last() {
        return packet(packets.size() - 1);
    }

    RtpPacket packet(int index) {
        var rtp = new RtpPacket();
        var malformation = rtp.wrap(packets.get(index));
        if (malformation != null) {
            throw new AssertionError(malformation + " was sent");
        }
        return rtp;
    }

    List<Integer> sequenceNumbers() {
        var numbers = new ArrayList<Integer>();
        for (int i = 0; i < packets.size(); i++) {
            numbers.add(packet(i).sequenceNumber());
        }
        return numbers;
    }

    Map<String, TrackId> slots() {
        return slotMaps.isEmpty() ? Map.of() : slotMaps.getLast();
    }
}
