package dev.stoa.srtp;

/** Ciphers of the JDK's providers, for where libcrypto is not. */
final class JdkCrypto extends SrtpCrypto {
    @Override
    public String name() {
        return "JDK";
    }

    @Override
    SrtpCipher cipher(ProtectionProfile profile, SessionKeys keys, boolean rtcp, boolean sealing) {
        return profile.isAead() ? new JdkGcm(keys, rtcp, sealing) : new JdkCounterMode(keys, rtcp);
    }
}
