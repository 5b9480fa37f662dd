package dev.stoa.sfu;

import static dev.stoa.sfu.TestMedia.MILLISECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class KeyFrameRequestsTest {
    private final KeyFrameRequests requests = new KeyFrameRequests(500 * MILLISECOND, 1000 * MILLISECOND);

    @Test
    void asksAtOnceTheFirstTime() {
        requests.handleRequest(7);
        assertTrue(requests.poll(7, false));
        assertFalse(requests.poll(7, false));
    }

    @Test
    void makesOneOfManyWishes() {
        int sent = 0;
        for (long now = 0; now < 2000 * MILLISECOND; now += 10 * MILLISECOND) {
            requests.handleRequest(now);
            sent += requests.poll(now, false) ? 1 : 0;
        }
        assertEquals(4, sent);
    }

    @Test
    void repeatsWhileSomebodyWaits() {
        requests.handleRequest(0);
        requests.poll(0, true);
        assertFalse(requests.poll(999 * MILLISECOND, true));
        assertTrue(requests.poll(1000 * MILLISECOND, true));
    }

    @Test
    void stopsWhenNobodyWaitsAnyMore() {
        requests.handleRequest(0);
        requests.poll(0, true);
        assertFalse(requests.poll(1000 * MILLISECOND, false));
        assertEquals(Long.MAX_VALUE, requests.nextTimeout());
    }

    @Test
    void isContentWithAKeyFrame() {
        requests.handleRequest(0);
        requests.poll(0, true);
        requests.handleRequest(10 * MILLISECOND);
        requests.handleKeyFrame();
        assertFalse(requests.poll(5000 * MILLISECOND, true));
    }

    @Test
    void waitsUntilSomethingComesWhereNothingDoes() {
        requests.handleRequest(0);
        requests.hold();
        assertTrue(requests.isHeld());
        assertEquals(KeyFrameRequests.NEVER, requests.nextTimeout());
        requests.handleRequest(100);
        assertFalse(requests.poll(5000 * MILLISECOND, true));
        requests.release(6000 * MILLISECOND);
        assertTrue(requests.poll(6000 * MILLISECOND, true));
        assertFalse(requests.isHeld());
    }

    @Test
    void isAskedForNothingWhenAKeyFrameIsTheFirstThatComes() {
        requests.handleRequest(0);
        requests.hold();
        requests.handleKeyFrame();
        assertFalse(requests.isHeld());
        assertFalse(requests.poll(9000 * MILLISECOND, false));
    }
}
