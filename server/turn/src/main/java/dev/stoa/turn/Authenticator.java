package dev.stoa.turn;

import dev.stoa.stun.IntegrityKey;
import dev.stoa.stun.PasswordAlgorithms;
import dev.stoa.stun.StunAttribute;
import dev.stoa.stun.StunMessage;
import org.jspecify.annotations.Nullable;

/** Long-term authentication of requests (RFC 8489, 9.2.4), in the order of that section. */
final class Authenticator {
    /** What comes of a request. */
    sealed interface Verdict {}

    /** @param sha256 whether the request was protected with MESSAGE-INTEGRITY-SHA256, and the answer is to be */
    record Accepted(String username, IntegrityKey key, boolean sha256) implements Verdict {}

    /** @param proven whether a nonce of this address came, so that the sender is where it says */
    record Rejected(int code, boolean proven) implements Verdict {}

    private final Credentials credentials;
    private final Nonces nonces;

    Authenticator(Credentials credentials, Nonces nonces) {
        this.credentials = credentials;
        this.nonces = nonces;
    }

    /** @param allocation that the path has: its owner's key is known already, and is good while it lives */
    Verdict check(long nowNanos, StunMessage request, Path path, @Nullable Allocation allocation) {
        boolean sha256 = request.has(StunAttribute.MESSAGE_INTEGRITY_SHA256);
        if (!sha256 && !request.has(StunAttribute.MESSAGE_INTEGRITY)) {
            return new Rejected(401, false);
        }
        var nonce = request.bytes(StunAttribute.NONCE);
        var realm = request.text(StunAttribute.REALM);
        boolean named = request.has(StunAttribute.USERNAME) || request.has(StunAttribute.USERHASH);
        var algorithm = PasswordAlgorithms.chosenBy(request);
        if (!named || nonce == null || realm == null || algorithm == null) {
            return new Rejected(400, false);
        }
        var age = nonces.check(nowNanos, nonce, path.high, path.low, path.port);
        if (age == Nonces.Age.FOREIGN) {
            return new Rejected(438, false);
        }
        var username = username(request);
        if (username == null || !realm.equals(credentials.realm())) {
            return new Rejected(401, true);
        }
        var key = key(request, username, algorithm, sha256, allocation);
        if (key == null) {
            return new Rejected(401, true);
        }
        // Last, so that a stale nonce of somebody whose password is wrong is not told from another.
        return age == Nonces.Age.STALE ? new Rejected(438, true) : new Accepted(username, key, sha256);
    }

    private @Nullable String username(StunMessage request) {
        var name = request.text(StunAttribute.USERNAME);
        var hash = request.bytes(StunAttribute.USERHASH);
        return name != null ? name : hash == null ? null : credentials.nameOf(hash);
    }

    private @Nullable IntegrityKey key(
            StunMessage request, String username, int algorithm, boolean sha256, @Nullable Allocation allocation) {
        if (allocation != null && allocation.owner.username().equals(username)) {
            var key = allocation.owner.key();
            if (verify(request, key, sha256)) {
                return key;
            }
        }
        for (var key : credentials.keys(username, algorithm)) {
            if (verify(request, key, sha256)) {
                return key;
            }
        }
        return null;
    }

    private static boolean verify(StunMessage request, IntegrityKey key, boolean sha256) {
        return sha256 ? request.verifySha256(key) : request.verify(key);
    }
}
