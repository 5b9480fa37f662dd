package dev.stoa.loop;

import dev.stoa.turn.AddressRange;
import dev.stoa.turn.Credentials;
import dev.stoa.turn.TurnSettings.Limits;
import dev.stoa.wire.TransportAddress;
import java.util.List;

/**
 * How a STUN and TURN server is reached, by whom, and what it may reach.
 *
 * @param port for UDP at each address, and for TCP; 0 is any free one
 * @param udp whether clients may come by UDP
 * @param tcp whether they may come by TCP
 * @param addresses to listen at, their ports ignored; empty: all of this machine
 * @param advertised what clients are told of relayed addresses instead of this machine's own, where addresses are translated
 *     one to one on the way; empty: the own ones
 * @param services where the server itself can be a peer: its media port's addresses
 * @param allowed peers that are allowed though they are special
 * @param denied peers that are refused besides the special ones
 */
public record TurnOptions(
        int port,
        boolean udp,
        boolean tcp,
        List<TransportAddress> addresses,
        List<TransportAddress> advertised,
        List<TransportAddress> services,
        String realm,
        Credentials credentials,
        List<AddressRange> allowed,
        List<AddressRange> denied,
        Limits limits) {
    public TurnOptions {
        addresses = List.copyOf(addresses);
        advertised = List.copyOf(advertised);
        services = List.copyOf(services);
        allowed = List.copyOf(allowed);
        denied = List.copyOf(denied);
    }
}
