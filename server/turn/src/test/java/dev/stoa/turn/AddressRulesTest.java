package dev.stoa.turn;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.stoa.turn.AddressRules.Verdict;
import dev.stoa.wire.TransportAddress;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressRulesTest {
    private static final OwnAddresses OWN = new OwnAddresses(
            List.of(TransportAddress.of("11.0.0.1", 0), TransportAddress.of("2a0e:5700::1", 0)), List.of(), List.of());

    private final AddressRules rules = new AddressRules(List.of(), List.of(AddressRange.of("11.66.0.0/16")), OWN);

    /** First and last address of each special-purpose range of IPv4 (IANA's registry), multicast and the reserved rest. */
    private static final String[] IPV4 = {
        "0.0.0.0",
        "0.255.255.255",
        "10.0.0.0",
        "10.255.255.255",
        "100.64.0.0",
        "100.127.255.255",
        "127.0.0.0",
        "127.0.0.1",
        "127.255.255.255",
        "169.254.0.0",
        "169.254.169.254",
        "169.254.255.255",
        "172.16.0.0",
        "172.31.255.255",
        "192.0.0.0",
        "192.0.0.8",
        "192.0.0.170",
        "192.0.0.255",
        "192.0.2.0",
        "192.0.2.255",
        "192.31.196.0",
        "192.31.196.255",
        "192.52.193.0",
        "192.52.193.255",
        "192.88.99.0",
        "192.88.99.255",
        "192.168.0.0",
        "192.168.255.255",
        "192.175.48.0",
        "192.175.48.255",
        "198.18.0.0",
        "198.19.255.255",
        "198.51.100.0",
        "198.51.100.255",
        "203.0.113.0",
        "203.0.113.255",
        "224.0.0.0",
        "224.0.0.251",
        "239.255.255.255",
        "240.0.0.0",
        "255.255.255.255"
    };

    private static final String[] IPV6 = {
        "::",
        "::1",
        "64:ff9b:1::",
        "64:ff9b:1:ffff:ffff:ffff:ffff:ffff",
        "100::",
        "100::ffff:ffff:ffff:ffff",
        "2001::",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
        "2001:2::1",
        "2001:10::1",
        "2001:20::1",
        "2001:1ff:ffff::",
        "2001:db8::",
        "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff",
        "2620:4f:8000::1",
        "3fff::",
        "3fff:fff:ffff::1",
        "5f00::1",
        "fc00::",
        "fd00::2",
        "fdff:ffff::1",
        "fe80::",
        "fe80::1",
        "febf::1",
        "fec0::1",
        "ff00::",
        "ff02::1",
        "ff0e::1",
        "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
        "4000::1",
        "1fff::1"
    };

    private static Stream<String> special() {
        return Stream.concat(Stream.of(IPV4), Stream.of(IPV6));
    }

    /** The ways to write an IPv4 address as an IPv6 one. */
    private static Stream<String> hidden() {
        return Stream.of(IPV4).flatMap(text -> {
            var bytes = TransportAddress.of(text, 0).addressBytes();
            var words = String.format("%02x%02x:%02x%02x", bytes[0], bytes[1], bytes[2], bytes[3]);
            return Stream.of("::ffff:" + words, "::" + words, "64:ff9b::" + words, "2002:" + words + "::1");
        });
    }

    @ParameterizedTest
    @MethodSource("special")
    void everySpecialAddressIsRefused(String address) {
        assertEquals(Verdict.REFUSED, check(rules, address));
    }

    @ParameterizedTest
    @MethodSource("hidden")
    void noSpecialAddressHidesInAnIpv6One(String address) {
        assertEquals(Verdict.REFUSED, check(rules, address));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.1.1.1",
                "9.255.255.255",
                "11.0.0.0",
                "100.63.255.255",
                "100.128.0.0",
                "126.255.255.255",
                "128.0.0.0",
                "169.253.255.255",
                "169.255.0.0",
                "172.15.255.255",
                "172.32.0.0",
                "192.0.1.0",
                "192.167.255.255",
                "192.169.0.0",
                "198.17.255.255",
                "198.20.0.0",
                "223.255.255.255",
                "2000::1",
                "2001:200::1",
                "2001:db7::1",
                "2a0e:5700::9",
                "3ffe::1",
                "::ffff:b09:909",
                "64:ff9b::b09:909",
                "2002:b09:909::1"
            })
    void publicAddressesAreAllowed(String address) {
        assertEquals(Verdict.ALLOWED, check(rules, address));
    }

    @Test
    void theServersOwnAddressIsNeitherAllowedNorRefusedInEachSpelling() {
        assertEquals(Verdict.OWN, check(rules, "11.0.0.1"));
        assertEquals(Verdict.OWN, check(rules, "::ffff:b00:1"));
        assertEquals(Verdict.OWN, check(rules, "2a0e:5700::1"));
        // A detour to it has no use.
        assertEquals(Verdict.REFUSED, check(rules, "64:ff9b::b00:1"));
        assertEquals(Verdict.REFUSED, check(rules, "2002:b00:1::1"));
    }

    @Test
    void theOperatorAllowsAndDeniesByName() {
        assertEquals(Verdict.REFUSED, check(rules, "11.66.1.1"));
        assertEquals(Verdict.REFUSED, check(rules, "64:ff9b::b42:101"));
        var lenient = new AddressRules(
                List.of(AddressRange.of("10.1.0.0/16"), AddressRange.of("fd00::5-fd00::7")), List.of(), OWN);
        assertEquals(Verdict.ALLOWED, check(lenient, "10.1.2.3"));
        assertEquals(Verdict.ALLOWED, check(lenient, "::ffff:a01:203"));
        assertEquals(Verdict.REFUSED, check(lenient, "10.2.2.3"));
        assertEquals(Verdict.ALLOWED, check(lenient, "fd00::6"));
        assertEquals(Verdict.REFUSED, check(lenient, "fd00::8"));
    }

    private static Verdict check(AddressRules rules, String address) {
        return rules.check(TransportAddress.of(address, 80));
    }
}
