package dev.stoa.ice;

import dev.stoa.wire.TransportAddress;

/** Where the datagram just written is to go: from a base to a destination. */
public record Transmit(LocalBase base, TransportAddress destination) {}
