package dev.stoa.app;

import dev.stoa.turn.Credentials;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.InstantSource;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Who may use TURN: users of the configuration, and those whom this or another server gives a time-limited credential. */
final class TurnSecrets {
    private static final String PURPOSE = "stoa turn rest secret";

    private final String realm;
    private final List<TurnUser> users;
    private final List<String> secrets;
    private final InstantSource clock;

    /** @param key of the data directory: the secret is made of it when none is configured, so it outlives a restart */
    TurnSecrets(Configuration configuration, byte[] key, InstantSource clock) {
        this.realm = configuration.get(Keys.TURN_REALM);
        this.users = configuration.get(Keys.TURN_USER);
        this.clock = clock;
        var configured = configuration.get(Keys.TURN_SECRET);
        this.secrets = configured.isEmpty() ? List.of(derived(key)) : configured;
    }

    Credentials credentials() {
        var passwords = new LinkedHashMap<String, String>();
        users.forEach(user -> passwords.put(user.name(), user.password()));
        return new Credentials(realm, passwords, secrets, () -> clock.instant().getEpochSecond());
    }

    /** With the first secret: an older one that is still configured is only for what was given out before. */
    Credentials.TimeLimited issue(String name, long seconds) {
        return Credentials.timeLimited(secrets.getFirst(), clock.instant().getEpochSecond() + seconds, name);
    }

    private static String derived(byte[] key) {
        return Base64.getEncoder().encodeToString(mac(key, PURPOSE));
    }

    static byte[] mac(byte[] key, String text) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HmacSHA256", e);
        }
    }
}
