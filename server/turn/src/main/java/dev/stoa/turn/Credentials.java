package dev.stoa.turn;

import dev.stoa.stun.IntegrityKey;
import dev.stoa.stun.PasswordAlgorithms;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Who may use the server: users with a password (RFC 8489, 9.2), and whoever has a credential that is good for some time, made
 * of a secret that the server shares with whoever hands it out ("REST API for TURN", draft-uberti-behave-turn-rest): the user
 * name is {@code seconds[:name]}, the second of Unix time in which it ends, the password its HMAC-SHA1 in base64. Of several
 * secrets each one is good, so that one can be replaced while credentials of the old one are still around.
 */
public final class Credentials {
    private final String realm;
    private final Map<String, String> passwords;
    private final Map<String, String> namesByHash = new HashMap<>();
    private final List<String> secrets;
    private final LongSupplier epochSeconds;

    /**
     * A user name and the password that goes with it.
     *
     * @param expiresAtSeconds of Unix time
     */
    public record TimeLimited(String username, String password, long expiresAtSeconds) {}

    /** @param epochSeconds Unix time, which the names of time-limited credentials are compared with */
    public Credentials(String realm, Map<String, String> passwords, List<String> secrets, LongSupplier epochSeconds) {
        this.realm = realm;
        this.passwords = Map.copyOf(passwords);
        this.secrets = List.copyOf(secrets);
        this.epochSeconds = epochSeconds;
        passwords.keySet().forEach(name -> namesByHash.put(HexFormat.of().formatHex(userHash(name, realm)), name));
    }

    /** @param name at whose request; it says nothing and is never looked at, but its quotas go by it */
    public static TimeLimited timeLimited(String secret, long expiresAtSeconds, String name) {
        var username = expiresAtSeconds + ":" + name;
        return new TimeLimited(username, password(secret, username), expiresAtSeconds);
    }

    /** USERHASH (RFC 8489, 14.4): a user name that nobody on the way can read. */
    public static byte[] userHash(String username, String realm) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest((username + ":" + realm).getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    String realm() {
        return realm;
    }

    /** Whether clients may hide user names behind USERHASH: not those whose names are not known beforehand. */
    boolean knowsAllNames() {
        return secrets.isEmpty();
    }

    @Nullable String nameOf(byte[] userHash) {
        return namesByHash.get(HexFormat.of().formatHex(userHash));
    }

    /** The keys that the user may have, of which one has to fit; none when there is no such user or his time is over. */
    List<IntegrityKey> keys(String username, int algorithm) {
        var password = passwords.get(username);
        var candidates = password != null
                ? Stream.of(password)
                : isTimely(username) ? secrets.stream().map(secret -> password(secret, username)) : Stream.<String>of();
        return candidates
                .map(each -> algorithm == PasswordAlgorithms.SHA256
                        ? IntegrityKey.longTermSha256(username, realm, each)
                        : IntegrityKey.longTerm(username, realm, each))
                .toList();
    }

    /** Whom quotas go by: the name behind the time, which differs from credential to credential. */
    String owner(String username) {
        int colon = username.indexOf(':');
        return passwords.containsKey(username) || colon < 0 ? username : username.substring(colon + 1);
    }

    private boolean isTimely(String username) {
        int colon = username.indexOf(':');
        var time = colon < 0 ? username : username.substring(0, colon);
        try {
            return time.length() <= 12 && Long.parseLong(time) > epochSeconds.getAsLong();
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private static String password(String secret, String username) {
        try {
            var mac = Mac.getInstance("HmacSHA1");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA1"));
            return Base64.getEncoder().encodeToString(mac.doFinal(username.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HmacSHA1", e);
        }
    }
}
