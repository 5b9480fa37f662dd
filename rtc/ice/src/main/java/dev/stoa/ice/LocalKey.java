package dev.stoa.ice;

import dev.stoa.stun.IntegrityKey;
import dev.stoa.stun.StunAttribute;
import dev.stoa.stun.StunMessage;

/** Own credentials of one generation, with the key that checks sent to it carry. */
record LocalKey(IceCredentials credentials, IntegrityKey key) {
    static LocalKey of(IceCredentials credentials) {
        return new LocalKey(credentials, IntegrityKey.shortTerm(credentials.pwd()));
    }

    /**
     * Whether a check is for this generation: its username is the receiver's ufrag, a colon, the sender's (RFC 8445,
     * 7.2.2). The sender's is not compared: a check may come before the answer that tells it.
     */
    boolean isNamedBy(StunMessage check) {
        var username = check.text(StunAttribute.USERNAME);
        var ufrag = credentials.ufrag();
        return username != null
                && username.length() > ufrag.length()
                && username.charAt(ufrag.length()) == ':'
                && username.startsWith(ufrag);
    }
}
