package dev.stoa.app;

import java.util.Optional;

/** Where STUN and TURN listen. */
record TurnPorts(Optional<Integer> udp, Optional<Integer> tcp, Optional<Integer> tls) {
    static final TurnPorts NONE = new TurnPorts(Optional.empty(), Optional.empty(), Optional.empty());
}
