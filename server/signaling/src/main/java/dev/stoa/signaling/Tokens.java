package dev.stoa.signaling;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import org.jspecify.annotations.Nullable;

/**
 * Signs and checks the two kinds of token: the join token that a link carries, and the resume token that proves who a
 * client was. Both are JWTs signed with HS256 by the server's own key; the algorithm comes from the key, never from the
 * token's header (RFC 8725, 3.1), and the audience keeps one kind from passing as the other.
 */
public final class Tokens {
    private static final String JOIN = "stoa:join";
    private static final String RESUME = "stoa:resume";
    private static final int MAX_LENGTH = 2048;

    private final MACSigner signer;
    private final MACVerifier verifier;
    private final InstantSource clock;

    /** Outcome of a check. */
    public sealed interface JoinCheck {
        record Valid() implements JoinCheck {}

        record Invalid(ErrorCode code) implements JoinCheck {}
    }

    /**
     * Who a client was.
     *
     * @param epoch the server process that gave the token
     */
    public record Identity(String room, String participant, String epoch) {}

    /** @param key at least 32 bytes (RFC 7518, 3.2) */
    public Tokens(byte[] key, InstantSource clock) {
        this.clock = clock;
        try {
            this.signer = new MACSigner(key);
            this.verifier = new MACVerifier(key);
        } catch (JOSEException e) {
            throw new IllegalArgumentException("the key must have at least 32 bytes", e);
        }
    }

    /** Makes a join token; {@code room} null: for any room. */
    public String issueJoin(@Nullable String room, Duration ttl) {
        return sign(new JWTClaimsSet.Builder()
                .audience(JOIN)
                .claim("room", room)
                .expirationTime(Date.from(now().plus(ttl)))
                .build());
    }

    /** Checks that {@code token} lets its holder into {@code room}; {@code room} null: into some room. */
    public JoinCheck verifyJoin(String token, @Nullable String room) {
        var claims = verify(token, JOIN);
        if (claims == null) {
            return new JoinCheck.Invalid(ErrorCode.TOKEN_INVALID);
        }
        if (isExpired(claims)) {
            return new JoinCheck.Invalid(ErrorCode.TOKEN_EXPIRED);
        }
        var allowed = claims.getClaim("room");
        return allowed == null || room == null || allowed.equals(room)
                ? new JoinCheck.Valid()
                : new JoinCheck.Invalid(ErrorCode.TOKEN_INVALID);
    }

    String issueResume(Identity identity, Duration ttl) {
        return sign(new JWTClaimsSet.Builder()
                .audience(RESUME)
                .subject(identity.participant())
                .claim("room", identity.room())
                .claim("epoch", identity.epoch())
                .expirationTime(Date.from(now().plus(ttl)))
                .build());
    }

    /** Returns who the token's holder was, or null when the token proves nothing. */
    @Nullable Identity verifyResume(String token) {
        var claims = verify(token, RESUME);
        if (claims == null
                || isExpired(claims)
                || claims.getSubject() == null
                || !(claims.getClaim("room") instanceof String room)
                || !(claims.getClaim("epoch") instanceof String epoch)) {
            return null;
        }
        return new Identity(room, claims.getSubject(), epoch);
    }

    private Instant now() {
        return clock.instant();
    }

    private boolean isExpired(JWTClaimsSet claims) {
        return !claims.getExpirationTime().toInstant().isAfter(now());
    }

    private String sign(JWTClaimsSet claims) {
        try {
            var jwt = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims);
            jwt.sign(signer);
            return jwt.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException("HS256 is not available", e);
        }
    }

    private @Nullable JWTClaimsSet verify(String token, String audience) {
        if (token.length() > MAX_LENGTH) {
            return null;
        }
        try {
            var jwt = SignedJWT.parse(token);
            if (!JWSAlgorithm.HS256.equals(jwt.getHeader().getAlgorithm()) || !jwt.verify(verifier)) {
                return null;
            }
            var claims = jwt.getJWTClaimsSet();
            return claims.getAudience().contains(audience) && claims.getExpirationTime() != null ? claims : null;
        } catch (ParseException | JOSEException e) {
            return null;
        }
    }
}
