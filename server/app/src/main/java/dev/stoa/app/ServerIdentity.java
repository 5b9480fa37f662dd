package dev.stoa.app;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.X509KeyManager;

/**
 * What an HTTPS listener proves itself with.
 *
 * @param chain the server's own certificate first
 */
record ServerIdentity(PrivateKey key, List<X509Certificate> chain) {
    X509Certificate leaf() {
        return chain.getFirst();
    }

    X509KeyManager keyManager() {
        try {
            var password = new char[0];
            var store = KeyStore.getInstance("PKCS12");
            store.load(null, password);
            store.setKeyEntry("stoa", key, password, chain.toArray(X509Certificate[]::new));
            var factory = KeyManagerFactory.getInstance("PKIX");
            factory.init(store, password);
            for (var manager : factory.getKeyManagers()) {
                if (manager instanceof X509KeyManager found) {
                    return found;
                }
            }
            throw new IllegalStateException("the JDK has no X.509 key manager");
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("the key and certificate cannot be used for TLS", e);
        }
    }

    static X509Certificate certificate(byte[] der) throws CertificateException {
        var factory = CertificateFactory.getInstance("X.509");
        if (factory.generateCertificate(new ByteArrayInputStream(der)) instanceof X509Certificate certificate) {
            return certificate;
        }
        throw new CertificateException("not an X.509 certificate");
    }
}
