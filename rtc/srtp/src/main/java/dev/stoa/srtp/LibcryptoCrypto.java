package dev.stoa.srtp;

import org.jspecify.annotations.Nullable;

/** Ciphers of OpenSSL 3's libcrypto through the foreign function interface. */
final class LibcryptoCrypto extends SrtpCrypto {
    private LibcryptoCrypto() {}

    static @Nullable LibcryptoCrypto load() {
        return Libcrypto.isAvailable() ? new LibcryptoCrypto() : null;
    }

    @Override
    public String name() {
        return "libcrypto (" + Libcrypto.version() + ")";
    }

    @Override
    SrtpCipher cipher(ProtectionProfile profile, SessionKeys keys, boolean rtcp, boolean sealing) {
        return profile.isAead() ? new LibcryptoGcm(keys, rtcp, sealing) : new LibcryptoCounterMode(keys, rtcp);
    }
}
