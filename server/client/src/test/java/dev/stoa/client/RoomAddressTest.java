package dev.stoa.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.URI;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RoomAddressTest {
    @Test
    void aLinkNamesServerRoomAndToken() {
        assertEquals(
                new RoomAddress(URI.create("ws://localhost:8080/ws"), "agora", Optional.empty()),
                RoomAddress.ofLink("http://localhost:8080/r/agora"));
        assertEquals(
                new RoomAddress(URI.create("wss://[2001:db8::1]/ws"), "Marktplatz Süd", Optional.of("a.b+c")),
                RoomAddress.ofLink("https://[2001:db8::1]/r/Marktplatz%20S%C3%BCd?name=x&token=a.b%2Bc"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "agora",
                "http://localhost:8080/",
                "http://localhost:8080/r/",
                "ftp://localhost/r/agora",
                "http:///r/agora",
                "http://local host/r/agora"
            })
    void whatIsNoLinkOfARoomIsRefused(String link) {
        assertThrows(IllegalArgumentException.class, () -> RoomAddress.ofLink(link));
    }
}
