package dev.stoa.app;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.stoa.turn.AddressRange;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CoturnConfigTest {
    private static final String FILE = """
            # a comment
            listening-port=3479
            tls-listening-port = 5350
            listening-ip=0.0.0.0
            realm=example.org
            lt-cred-mech
            use-auth-secret
            static-auth-secret="one"
            static-auth-secret=two
            user=ada:lovelace
            min-port=50000
            max-port=50100
            external-ip=11.5.5.5/10.0.0.5
            denied-peer-ip=11.66.0.0-11.66.255.255
            allowed-peer-ip=10.1.0.1
            no-udp
            total-quota=7
            user-quota=0
            max-bps=125000
            verbose
            redis-userdb="ip=127.0.0.1"
            """;

    @Test
    void itsKeysAreUnderstoodAndTheOthersNamed() throws Exception {
        var read = CoturnConfig.parse(FILE.lines().toList());
        assertEquals(Set.of("verbose", "redis-userdb"), read.ignored());
        var configuration = new ConfigurationLoader(Keys.ALL, Path.of("/nowhere"))
                .load(Optional.empty(), Map.of(), read.settings());
        assertEquals(new Port(3479), configuration.get(Keys.TURN_PORT));
        assertEquals(new Port(5350), configuration.get(Keys.TURNS_PORT));
        assertEquals("all", configuration.get(Keys.BIND));
        assertEquals("example.org", configuration.get(Keys.TURN_REALM));
        assertEquals(List.of("one", "two"), configuration.get(Keys.TURN_SECRET));
        assertEquals(List.of(new TurnUser("ada", "lovelace")), configuration.get(Keys.TURN_USER));
        assertEquals(50_000, configuration.get(Keys.TURN_MIN_PORT));
        assertEquals(50_100, configuration.get(Keys.TURN_MAX_PORT));
        assertEquals(List.of("11.5.5.5"), configuration.get(Keys.HOST));
        assertEquals(List.of(AddressRange.parse("11.66.0.0/16").orElseThrow()), configuration.get(Keys.TURN_DENY_PEER));
        assertEquals(List.of(AddressRange.parse("10.1.0.1").orElseThrow()), configuration.get(Keys.TURN_ALLOW_PEER));
        assertEquals(List.of("tcp"), configuration.get(Keys.TURN_TRANSPORTS));
        assertEquals(7, configuration.get(Keys.TURN_MAX_ALLOCATIONS));
        assertEquals(1_000, configuration.get(Keys.TURN_MAX_ALLOCATIONS_PER_USER));
        assertEquals(1_000, configuration.get(Keys.TURN_MAX_KBPS_PER_USER));
    }
}
