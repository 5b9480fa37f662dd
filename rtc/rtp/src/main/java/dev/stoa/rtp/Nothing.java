package dev.stoa.rtp;

import dev.stoa.wire.Datagram;

/** What a flyweight looks at before it has wrapped something, and after it refused something. */
final class Nothing {
    static final Datagram DATAGRAM = Datagram.allocate(0);

    private Nothing() {}
}
