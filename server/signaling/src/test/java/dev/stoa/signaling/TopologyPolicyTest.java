package dev.stoa.signaling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TopologyPolicyTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long NOW = -5 * SECOND; // a monotonic clock may be anywhere, and pass through 0
    private static final TopologyPolicy MESH = TopologyPolicy.MESH;
    private static final TopologyPolicy SFU = new TopologyPolicy(Topology.SFU, null);

    /** Wishes: a is auto, m is mesh, s is sfu; one letter for each member. */
    @ParameterizedTest(name = "{0}, media {1}: from mesh {2}, from sfu {3}")
    @CsvSource({
        // without media there is nothing to choose
        "a,   false, MESH, MESH",
        "aaa, false, MESH, MESH",
        "s,   false, MESH, MESH",
        "ss,  false, MESH, MESH",
        "aas, false, MESH, MESH",
        "mss, false, MESH, MESH",
        // who can only connect directly decides for everybody
        "m,   true,  MESH, MESH",
        "am,  true,  MESH, MESH",
        "sm,  true,  MESH, MESH",
        "aam, true,  MESH, MESH",
        "ssm, true,  MESH, MESH",
        "aaaaam, true, MESH, MESH",
        // then who asks for the server
        "s,   true,  SFU, SFU",
        "as,  true,  SFU, SFU",
        "ss,  true,  SFU, SFU",
        "aas, true,  SFU, SFU",
        // then the number
        "aaa, true,  SFU, SFU",
        "aaaaaaa, true, SFU, SFU",
        // two stay in the mesh in which they are, and wait before they leave the server
        "a,   true,  MESH, WAITS",
        "aa,  true,  MESH, WAITS",
    })
    void wishesAndNumberDecide(String wishes, boolean carriesMedia, String fromMesh, String fromSfu) {
        assertEquals(policy(fromMesh), MESH.next(NOW, carriesMedia, wishes(wishes)));
        assertEquals(policy(fromSfu), SFU.next(NOW, carriesMedia, wishes(wishes)));
    }

    @Test
    void twoGoBackToAMeshAfterTenSeconds() {
        var waiting = SFU.next(NOW, true, wishes("aa"));
        assertEquals(NOW + 10 * SECOND, waiting.meshAtNanos());
        assertEquals(waiting, waiting.next(NOW + 10 * SECOND - 1, true, wishes("aa")));
        assertEquals(MESH, waiting.next(NOW + 10 * SECOND, true, wishes("aa")));
    }

    @Test
    void whoIsLeftAloneDoesNotMakeTheWaitLonger() {
        var waiting = SFU.next(NOW, true, wishes("aa"));
        assertEquals(
                waiting.meshAtNanos(),
                waiting.next(NOW + 9 * SECOND, true, wishes("a")).meshAtNanos());
    }

    @Test
    void aThirdEndsTheWaitAndTheNextOneIsWhole() {
        var waiting = SFU.next(NOW, true, wishes("aa"));
        var three = waiting.next(NOW + 9 * SECOND, true, wishes("aaa"));
        assertEquals(SFU, three);
        assertNull(three.meshAtNanos());
        var again = three.next(NOW + 12 * SECOND, true, wishes("aa"));
        assertEquals(NOW + 22 * SECOND, again.meshAtNanos());
    }

    /** Though the time is over when the third comes: nobody is sent to a mesh and back. */
    @Test
    void aThirdWhoComesWhenTheWaitIsOverKeepsThemThere() {
        var waiting = SFU.next(NOW, true, wishes("aa"));
        assertEquals(SFU, waiting.next(NOW + 11 * SECOND, true, wishes("aaa")));
    }

    @Test
    void aWishEndsTheWait() {
        var waiting = SFU.next(NOW, true, wishes("aa"));
        assertEquals(SFU, waiting.next(NOW + SECOND, true, wishes("as")));
        assertEquals(MESH, waiting.next(NOW + SECOND, true, wishes("am")));
    }

    @Test
    void onlyMediaWithoutAnyoneWhoRefusesItAllowsTheServer() {
        assertEquals(
                List.of(true, true, false, false, false),
                List.of(
                        TopologyPolicy.allowsSfu(true, wishes("a")),
                        TopologyPolicy.allowsSfu(true, wishes("as")),
                        TopologyPolicy.allowsSfu(true, wishes("am")),
                        TopologyPolicy.allowsSfu(false, wishes("a")),
                        TopologyPolicy.allowsSfu(false, wishes("s"))));
    }

    private static TopologyPolicy policy(String name) {
        return switch (name) {
            case "MESH" -> MESH;
            case "SFU" -> SFU;
            case "WAITS" -> new TopologyPolicy(Topology.SFU, NOW + 10 * SECOND);
            default -> throw new IllegalArgumentException(name);
        };
    }

    private static List<TopologyWish> wishes(String letters) {
        return letters.chars()
                .mapToObj(letter -> switch (letter) {
                    case 'a' -> TopologyWish.AUTO;
                    case 'm' -> TopologyWish.MESH;
                    case 's' -> TopologyWish.SFU;
                    default -> throw new IllegalArgumentException(letters);
                })
                .toList();
    }
}
