package dev.stoa.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.stoa.net.RemoteAddress;
import dev.stoa.wire.TransportAddress;
import java.util.HashMap;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AddressMapTest {
    private static RemoteAddress remote(int host, int port) {
        var remote = new RemoteAddress();
        remote.set(TransportAddress.ofIpv4(0x0A000000 | host, port));
        return remote;
    }

    @Test
    void tellsSocketsAddressesAndPortsApart() {
        var map = new AddressMap<String>();
        map.put(1, remote(1, 5000), "one");
        map.put(2, remote(1, 5000), "other socket");
        map.put(1, remote(1, 5001), "other port");
        map.put(1, remote(2, 5000), "other host");
        assertEquals("one", map.get(1, remote(1, 5000)));
        assertEquals("other socket", map.get(2, remote(1, 5000)));
        assertEquals("other port", map.get(1, remote(1, 5001)));
        assertEquals("other host", map.get(1, remote(2, 5000)));
        assertNull(map.get(3, remote(1, 5000)));
    }

    @Test
    void keepsItsOwnCopyOfAnAddressThatIsOverwritten() {
        var map = new AddressMap<String>();
        var reused = remote(1, 5000);
        map.put(1, reused, "one");
        reused.set(remote(2, 6000));
        assertEquals("one", map.get(1, remote(1, 5000)));
        assertNull(map.get(1, reused));
    }

    @Test
    void aPathIsForgottenForTheOneWhoseItIs() {
        var map = new AddressMap<String>();
        map.put(1, remote(1, 5000), "one");
        map.remove(1, remote(1, 5000), "other");
        assertEquals("one", map.get(1, remote(1, 5000)));
        map.remove(1, remote(1, 5000), "one");
        assertNull(map.get(1, remote(1, 5000)));
        assertEquals(0, map.size());
    }

    @Test
    void holdsWhatAPlainMapHolds() {
        long seed = 20_261_124;
        var random = new Random(seed);
        var map = new AddressMap<Integer>();
        var plain = new HashMap<String, Integer>();
        var values = new Integer[50];
        for (int i = 0; i < values.length; i++) {
            values[i] = 1000 + i;
        }
        for (int step = 0; step < 20_000; step++) {
            int local = random.nextInt(3);
            int host = random.nextInt(40);
            int port = random.nextInt(40);
            var value = values[random.nextInt(values.length)];
            if (random.nextInt(100) == 0) {
                map.removeAll(value);
                plain.values().removeIf(other -> other.equals(value));
            } else if (random.nextInt(3) == 0) {
                map.remove(local, remote(host, port), value);
                plain.remove(local + " " + host + " " + port, value);
            } else {
                map.put(local, remote(host, port), value);
                plain.put(local + " " + host + " " + port, value);
            }
            assertEquals(plain.size(), map.size(), "seed " + seed);
            var probe = remote(random.nextInt(40), random.nextInt(40));
            var probed = random.nextInt(3);
            var address = probe.toTransportAddress();
            assertEquals(
                    plain.get(probed + " " + (address.ipv4() & 0xFFFFFF) + " " + address.port()),
                    map.get(probed, probe),
                    "seed " + seed);
        }
    }
}
