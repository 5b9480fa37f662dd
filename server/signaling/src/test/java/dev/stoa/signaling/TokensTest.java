package dev.stoa.signaling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import org.junit.jupiter.api.Test;

class TokensTest {
    private static final byte[] KEY = new byte[32];
    private Instant now = Instant.parse("2026-11-23T10:00:00Z");
    private final Tokens tokens = new Tokens(KEY, () -> now);
    private final Tokens.Identity identity = new Tokens.Identity("agora", "p-1", "epoch");

    @Test
    void aJoinTokenOpensItsRoomAndNoOther() {
        var token = tokens.issueJoin("agora", Duration.ofHours(24));
        assertEquals(new Tokens.JoinCheck.Valid(), tokens.verifyJoin(token, "agora"));
        assertEquals(invalid(ErrorCode.TOKEN_INVALID), tokens.verifyJoin(token, "forum"));
    }

    @Test
    void aJoinTokenWithoutARoomOpensAll() {
        assertEquals(
                new Tokens.JoinCheck.Valid(), tokens.verifyJoin(tokens.issueJoin(null, Duration.ofHours(1)), "any"));
    }

    @Test
    void aJoinTokenExpires() {
        var token = tokens.issueJoin(null, Duration.ofHours(24));
        now = now.plus(Duration.ofHours(24));
        assertEquals(invalid(ErrorCode.TOKEN_EXPIRED), tokens.verifyJoin(token, "agora"));
    }

    @Test
    void aResumeTokenProvesWhoAClientWas() {
        assertEquals(identity, tokens.verifyResume(tokens.issueResume(identity, Duration.ofHours(1))));
    }

    @Test
    void oneKindOfTokenIsNotTheOther() {
        var resume = tokens.issueResume(identity, Duration.ofHours(1));
        assertEquals(invalid(ErrorCode.TOKEN_INVALID), tokens.verifyJoin(resume, "agora"));
        assertNull(tokens.verifyResume(tokens.issueJoin("agora", Duration.ofHours(1))));
    }

    @Test
    void anotherKeyProvesNothing() {
        var otherKey = new byte[32];
        otherKey[0] = 1;
        var stranger = new Tokens(otherKey, () -> now);
        assertNull(tokens.verifyResume(stranger.issueResume(identity, Duration.ofHours(1))));
    }

    /** The classic: a token whose header says that it needs no signature. */
    @Test
    void theHeaderDoesNotChooseTheAlgorithm() {
        var unsigned = base64("{\"alg\":\"none\"}") + "." + base64("{\"aud\":\"stoa:join\",\"exp\":9999999999}") + ".";
        assertEquals(invalid(ErrorCode.TOKEN_INVALID), tokens.verifyJoin(unsigned, "agora"));
    }

    @Test
    void aChangedTokenIsRefused() {
        var token = tokens.issueJoin("agora", Duration.ofHours(1));
        var parts = token.split("\\.", -1);
        var claims = new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8);
        var forged = parts[0] + "." + base64(claims.replace("agora", "forum")) + "." + parts[2];
        assertNotEquals(token, forged);
        assertEquals(invalid(ErrorCode.TOKEN_INVALID), tokens.verifyJoin(forged, "forum"));
        assertEquals(invalid(ErrorCode.TOKEN_INVALID), tokens.verifyJoin("nonsense", "agora"));
    }

    @Test
    void aShortKeyIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> new Tokens(new byte[16], () -> now));
    }

    private static Tokens.JoinCheck invalid(ErrorCode code) {
        return new Tokens.JoinCheck.Invalid(code);
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
