package dev.stoa.testkit;

import dev.stoa.wire.TransportAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A network address translator (RFC 4787): everything attached through it is private, and leaves with the translator's
 * public address. Its mappings never expire.
 */
public final class Nat {
    /** RFC 4787, 4.1: which public port a private address gets. */
    public enum Mapping {
        /** One for all destinations ("cone"). */
        ENDPOINT_INDEPENDENT,
        /** Another for each destination ("symmetric"). */
        ADDRESS_AND_PORT_DEPENDENT
    }

    /** RFC 4787, 5: who may send to a public port. */
    public enum Filtering {
        ENDPOINT_INDEPENDENT,
        /** Addresses that were sent to, whatever their port. */
        ADDRESS_DEPENDENT,
        /** Only those that were sent to. */
        ADDRESS_AND_PORT_DEPENDENT
    }

    private record Binding(
            TransportAddress inside,
            @Nullable TransportAddress destination,
            TransportAddress outside,
            Set<TransportAddress> permitted) {}

    private final TransportAddress publicAddress;
    private final Mapping mapping;
    private final Filtering filtering;
    private final List<Binding> bindings = new ArrayList<>();
    private int nextPort = 40_000;

    Nat(TransportAddress publicAddress, Mapping mapping, Filtering filtering) {
        this.publicAddress = publicAddress;
        this.mapping = mapping;
        this.filtering = filtering;
    }

    /** Forgets all mappings, as a reboot does: private addresses get new public ports. */
    public void forget() {
        bindings.clear();
    }

    boolean owns(TransportAddress address) {
        return address.withPort(0).equals(publicAddress.withPort(0));
    }

    TransportAddress outbound(TransportAddress inside, TransportAddress destination) {
        var binding = find(inside, mapping == Mapping.ENDPOINT_INDEPENDENT ? null : destination);
        binding.permitted.add(destination);
        return binding.outside;
    }

    /** Where a datagram that came to {@code outside} goes, or null when it is filtered. */
    @Nullable TransportAddress inbound(TransportAddress outside, TransportAddress source) {
        for (var binding : bindings) {
            if (binding.outside.equals(outside)) {
                return passes(binding, source) ? binding.inside : null;
            }
        }
        return null;
    }

    private boolean passes(Binding binding, TransportAddress source) {
        return switch (filtering) {
            case ENDPOINT_INDEPENDENT -> true;
            case ADDRESS_DEPENDENT ->
                binding.permitted.stream()
                        .anyMatch(permitted -> permitted.withPort(0).equals(source.withPort(0)));
            case ADDRESS_AND_PORT_DEPENDENT -> binding.permitted.contains(source);
        };
    }

    private Binding find(TransportAddress inside, @Nullable TransportAddress destination) {
        for (var binding : bindings) {
            if (binding.inside.equals(inside) && (destination == null || destination.equals(binding.destination))) {
                return binding;
            }
        }
        var binding = new Binding(inside, destination, publicAddress.withPort(nextPort++), new HashSet<>());
        bindings.add(binding);
        return binding;
    }
}
