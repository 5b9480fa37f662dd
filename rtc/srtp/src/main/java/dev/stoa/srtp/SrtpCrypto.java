package dev.stoa.srtp;

import org.jspecify.annotations.Nullable;

/**
 * Where the ciphers come from: OpenSSL's libcrypto, called without garbage, or the JDK's, which work everywhere and leave
 * about three kilobytes per packet to the collector. Choose once at start and hand it to every {@link SrtpSender} and
 * {@link SrtpReceiver}; it may be used by all threads.
 */
public abstract sealed class SrtpCrypto permits LibcryptoCrypto, JdkCrypto {
    SrtpCrypto() {}

    /** The fast one where there is one. */
    public static SrtpCrypto libcryptoOrJdk() {
        var libcrypto = libcrypto();
        return libcrypto != null ? libcrypto : jdk();
    }

    /** Null: the library is not installed, is another version, or native access is denied to this process. */
    public static @Nullable SrtpCrypto libcrypto() {
        return LibcryptoCrypto.load();
    }

    public static SrtpCrypto jdk() {
        return new JdkCrypto();
    }

    /** For the log. */
    public abstract String name();

    /** @param sealing whether it will protect packets; otherwise it will unprotect them */
    abstract SrtpCipher cipher(ProtectionProfile profile, SessionKeys keys, boolean rtcp, boolean sealing);
}
