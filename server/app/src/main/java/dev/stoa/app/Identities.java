package dev.stoa.app;

import java.net.InetAddress;
import java.security.cert.CertificateEncodingException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** What the server proves itself with by TLS: the operator's certificate, or one that is made when it is first needed. */
final class Identities {
    private final Configuration configuration;
    private final DataDirectory data;
    private final List<InetAddress> network;
    private final InstantSource clock;
    private Optional<ServerIdentity> identity;
    private Optional<byte[]> localCa = Optional.empty();

    /** @param own what {@link #own} read */
    Identities(
            Configuration configuration,
            DataDirectory data,
            List<InetAddress> network,
            InstantSource clock,
            Optional<ServerIdentity> own) {
        this.configuration = configuration;
        this.data = data;
        this.network = network;
        this.clock = clock;
        this.identity = own;
    }

    /** The operator's; empty when he brought none. */
    static Optional<ServerIdentity> own(Configuration configuration) throws UserError {
        var certificate = configuration.get(Keys.TLS_CERT);
        var key = configuration.get(Keys.TLS_KEY);
        return certificate.isPresent() && key.isPresent()
                ? Optional.of(UserCertificate.read(certificate.get(), key.get()))
                : Optional.empty();
    }

    boolean isThere() {
        return identity.isPresent();
    }

    ServerIdentity get() throws UserError {
        if (identity.isEmpty()) {
            identity = Optional.of(local());
        }
        return identity.get();
    }

    /** The certificate of the local CA, DER, once it was needed. */
    Optional<byte[]> localCa() {
        return localCa;
    }

    private ServerIdentity local() throws UserError {
        var names = SubjectNames.ofThisMachine(network, configuration.get(Keys.HOST));
        var made = new LocalCertificates(data.tls()).obtain(names, clock.instant());
        try {
            localCa = Optional.of(made.chain().getLast().getEncoded());
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a certificate that was read cannot be written", e);
        }
        return made;
    }
}
