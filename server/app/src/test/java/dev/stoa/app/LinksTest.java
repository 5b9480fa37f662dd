package dev.stoa.app;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LinksTest {
    private static final List<String> NETWORK = List.of("192.168.1.20", "10.0.0.5");

    private final ServerState state = new ServerState();

    @Test
    void networkLinksUseTheFirstAddressAndHttps() throws Exception {
        listenOnBoth();
        var links = links("all", List.of());
        assertEquals(Optional.of("http://localhost:8080"), links.localOrigin());
        assertEquals(Optional.of("https://192.168.1.20:8443"), links.networkOrigin());
    }

    @Test
    void anAdvertisedHostComesFirst() throws Exception {
        listenOnBoth();
        assertEquals(
                Optional.of("https://stoa.example:8443"),
                links("all", List.of("stoa.example", "other.example")).networkOrigin());
        assertEquals(
                Optional.of("https://[fd00::1]:8443"),
                links("all", List.of("fd00::1")).networkOrigin());
    }

    @Test
    void withoutHttpsTheNetworkHasNoLink() throws Exception {
        state.addHttpPort(8080);
        assertEquals(Optional.empty(), links("all", List.of()).networkOrigin());
    }

    @Test
    void withoutHttpThisMachineUsesHttps() throws Exception {
        state.setHttpsPort(8443);
        assertEquals(
                Optional.of("https://localhost:8443"), links("all", List.of()).localOrigin());
    }

    @Test
    void boundToLoopbackNobodyElseReachesIt() throws Exception {
        listenOnBoth();
        assertEquals(Optional.empty(), links("127.0.0.1", List.of()).networkOrigin());
    }

    @Test
    void boundToOneAddressItIsTheOnlyOne() throws Exception {
        listenOnBoth();
        var links = links("10.0.0.5", List.of());
        assertEquals(Optional.empty(), links.localOrigin());
        assertEquals(Optional.of("https://10.0.0.5:8443"), links.networkOrigin());
    }

    @Test
    void theDefaultPortIsLeftOut() {
        assertEquals("https://stoa.example", Links.origin("https", "stoa.example", 443));
        assertEquals("http://stoa.example:443", Links.origin("http", "stoa.example", 443));
    }

    @Test
    void theCaIsFetchedByHttp() throws Exception {
        listenOnBoth();
        assertEquals(Optional.empty(), links("all", List.of()).networkCaLink());
        state.setLocalCa(new byte[] {1});
        assertEquals(
                Optional.of("http://192.168.1.20:8080/ca.crt"),
                links("all", List.of()).networkCaLink());
    }

    @Test
    void roomNamesAreEscaped() {
        assertEquals("o/r/a%20b%2Fc%3F?token=t", Links.room("o", "a b/c?", "t"));
        assertEquals("o/r/%CE%A3%CF%84%CE%BF%CE%AC", Links.room("o", "Στοά", null));
    }

    private void listenOnBoth() {
        state.addHttpPort(8080);
        state.setHttpsPort(8443);
    }

    private Links links(String bind, List<String> advertised) throws UserError {
        return new Links(ListenAddress.of(bind), advertised, NETWORK, state);
    }
}
