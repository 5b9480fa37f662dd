package dev.stoa.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.loop.MediaOptions;
import dev.stoa.wire.TransportAddress;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MediaAddressesTest {
    private static final String NAME = "calls.example.org";

    @Test
    void addressesAreAdvertisedAndNamesAreNot() throws UserError {
        var options = MediaAddresses.options(
                new Port(7881), ListenAddress.of("all"), List.of(NAME, "203.0.113.7", "2001:db8::7"), 2);
        var advertised = List.of(TransportAddress.of("203.0.113.7", 0), TransportAddress.of("2001:db8::7", 0));
        assertEquals(new MediaOptions(7881, List.of(), advertised, 2), options);
    }

    @Test
    void whereOneAddressIsListenedOnMediaIsThereToo() throws UserError {
        var options = MediaAddresses.options(new Port(0), ListenAddress.of("127.0.0.1"), List.of(NAME), 1);
        assertEquals(new MediaOptions(0, List.of(TransportAddress.of("127.0.0.1", 0)), List.of(), 1), options);
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.2", "172.31.255.1", "192.168.1.5", "100.64.0.1", "100.127.255.254", "169.254.3.4"})
    void aNameBeforeTranslatedAddressesIsWarnedOf(String own) {
        var warning = MediaAddresses.warning(List.of(NAME), addresses("127.0.0.1", own, "2001:db8::7"));
        assertTrue(warning.orElseThrow().contains(own), warning.get());
        assertTrue(warning.get().contains("--host " + NAME + " --host ADDRESS"), warning.get());
    }

    @ParameterizedTest
    @ValueSource(strings = {"203.0.113.7", "100.63.255.255", "100.128.0.1", "172.32.0.1"})
    void aNameOfAMachineWithAnOuterAddressIsEnough(String own) {
        assertEquals(Optional.empty(), MediaAddresses.warning(List.of(NAME), addresses("10.0.0.2", own)));
    }

    @Test
    void anAddressBesideTheNameIsEnough() {
        assertEquals(Optional.empty(), MediaAddresses.warning(List.of(NAME, "203.0.113.7"), addresses("10.0.0.2")));
    }

    @Test
    void withoutANameOrANetworkThereIsNothingToWarnOf() {
        assertEquals(Optional.empty(), MediaAddresses.warning(List.of(), addresses("10.0.0.2")));
        assertEquals(Optional.empty(), MediaAddresses.warning(List.of("203.0.113.7"), addresses("10.0.0.2")));
        assertEquals(Optional.empty(), MediaAddresses.warning(List.of(NAME), addresses("127.0.0.1")));
        assertEquals(Optional.empty(), MediaAddresses.warning(List.of(NAME), List.of()));
    }

    private static List<InetAddress> addresses(String... texts) {
        return List.of(texts).stream().map(InetAddress::ofLiteral).toList();
    }
}
