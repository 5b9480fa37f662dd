package dev.stoa.loop;

import dev.stoa.wire.TransportAddress;
import java.util.List;

/**
 * How the media side of a server is reached.
 *
 * @param port for UDP and TCP at each address; 0 is any free one
 * @param addresses to listen at, their ports ignored; empty: all of this machine that others may reach, or the loopback
 *     addresses when there is none
 * @param advertised what participants are told instead, where addresses are translated one to one on the way; empty: the
 *     addresses themselves
 * @param loops how many threads carry media, each for rooms of its own; at least one
 */
public record MediaOptions(int port, List<TransportAddress> addresses, List<TransportAddress> advertised, int loops) {
    public MediaOptions {
        addresses = List.copyOf(addresses);
        advertised = List.copyOf(advertised);
        if (loops < 1) {
            throw new IllegalArgumentException(loops + " media loops");
        }
    }

    MediaOptions withPort(int other) {
        return new MediaOptions(other, addresses, advertised, loops);
    }
}
