package dev.stoa.app;

import java.io.ByteArrayInputStream;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * What an HTTPS listener proves itself with.
 *
 * @param chain the server's own certificate first
 */
record ServerIdentity(PrivateKey key, List<X509Certificate> chain) {
    X509Certificate leaf() {
        return chain.getFirst();
    }

    static X509Certificate certificate(byte[] der) throws CertificateException {
        var factory = CertificateFactory.getInstance("X.509");
        if (factory.generateCertificate(new ByteArrayInputStream(der)) instanceof X509Certificate certificate) {
            return certificate;
        }
        throw new CertificateException("not an X.509 certificate");
    }
}
