package dev.stoa.dtls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.CertificateRequest;
import org.bouncycastle.tls.DTLSClientProtocol;
import org.bouncycastle.tls.DTLSTransport;
import org.bouncycastle.tls.DefaultTlsClient;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.SignatureAndHashAlgorithm;
import org.bouncycastle.tls.TlsAuthentication;
import org.bouncycastle.tls.TlsCredentials;
import org.bouncycastle.tls.TlsServerCertificate;
import org.bouncycastle.tls.crypto.TlsCertificate;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaDefaultTlsCredentialedSigner;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsCrypto;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsCryptoProvider;
import org.junit.jupiter.api.Test;

/** A client with an RSA certificate, as older endpoints have; it signs in the first way that the server asks for. */
class RsaPeerTest {
    private final JcaTlsCrypto crypto = new JcaTlsCryptoProvider().create(new SecureRandom());
    private final Semaphore activity = new Semaphore(0);

    @Test
    void aClientWithAnRsaCertificateConnects() throws Exception {
        var generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        var keys = generator.generateKeyPair();
        var certificate = certificate(keys);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var wire = new AttemptTransport(activity::release);
            var client = new RsaClient(keys, certificate);
            Future<DTLSTransport> records = threads.submit(() -> new DTLSClientProtocol().connect(client, wire));
            var engine = new DtlsEngine(
                    DtlsRole.SERVER,
                    TwoEngines.SERVER_CERTIFICATE,
                    List.of(Fingerprint.of("sha-256", certificate)),
                    DtlsEngine.SRTP_PROFILES,
                    threads,
                    activity::release);
            engine.start(0);
            for (int i = 0; i < 5000 && !(records.isDone() && engine.isConnected()); i++) {
                for (var bytes = wire.pollTransmit(); bytes != null; bytes = wire.pollTransmit()) {
                    engine.handle(i * 1_000_000L, bytes);
                }
                for (var bytes = engine.pollTransmit(); bytes != null; bytes = engine.pollTransmit()) {
                    wire.offer(bytes);
                }
                activity.tryAcquire(1, TimeUnit.MILLISECONDS);
            }
            assertTrue(engine.isConnected());
            assertEquals(new DtlsEvent.Connected(null), engine.pollEvent());
            records.get().send(new byte[] {7}, 0, 1);
            wire.flush();
            for (var bytes = wire.pollTransmit(); bytes != null; bytes = wire.pollTransmit()) {
                engine.handle(0, bytes);
            }
            var data = assertInstanceOf(DtlsEvent.ApplicationData.class, engine.pollEvent());
            assertArrayEquals(new byte[] {7}, data.bytes());
            engine.close();
        }
    }

    private static byte[] certificate(KeyPair keys) throws Exception {
        var name = new X500Name("CN=RSA");
        var from = Instant.parse("2026-11-01T00:00:00Z");
        return new JcaX509v3CertificateBuilder(
                        name,
                        BigInteger.ONE,
                        Date.from(from),
                        Date.from(from.plus(Duration.ofDays(9))),
                        name,
                        keys.getPublic())
                .build(new JcaContentSignerBuilder("SHA256withRSA").build(keys.getPrivate()))
                .getEncoded();
    }

    private final class RsaClient extends DefaultTlsClient {
        private final KeyPair keys;
        private final byte[] certificate;

        RsaClient(KeyPair keys, byte[] certificate) {
            super(crypto);
            this.keys = keys;
            this.certificate = certificate;
        }

        @Override
        protected ProtocolVersion[] getSupportedVersions() {
            return ProtocolVersion.DTLSv12.only();
        }

        @Override
        public TlsAuthentication getAuthentication() {
            return new TlsAuthentication() {
                @Override
                public void notifyServerCertificate(TlsServerCertificate server) {}

                @Override
                public TlsCredentials getClientCredentials(CertificateRequest request) throws IOException {
                    SignatureAndHashAlgorithm first = null;
                    for (var algorithm : request.getSupportedSignatureAlgorithms()) {
                        var candidate = (SignatureAndHashAlgorithm) algorithm;
                        boolean fits = candidate.toString().contains("rsa");
                        first = first == null && fits ? candidate : first;
                    }
                    var chain = new Certificate(
                            new TlsCertificate[] {RsaPeerTest.this.crypto.createCertificate(certificate)});
                    return new JcaDefaultTlsCredentialedSigner(
                            new TlsCryptoParameters(context), RsaPeerTest.this.crypto, keys.getPrivate(), chain, first);
                }
            };
        }
    }
}
