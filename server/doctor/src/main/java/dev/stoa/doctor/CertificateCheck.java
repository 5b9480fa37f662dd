package dev.stoa.doctor;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/** The certificate that a port shows: for the name it was asked by, in time, and from whom. */
final class CertificateCheck {
    private static final String CHECK = "certificate";
    private static final int TIMEOUT_MILLIS = 5_000;
    private static final Duration SOON = Duration.ofDays(14);
    private static final int DNS_NAME = 2;
    private static final int IP_ADDRESS = 7;

    private CertificateCheck() {}

    static Finding examine(String host, int port, Instant now) {
        try {
            var chain = chain(host, port);
            return judge(chain, host, now, isTrusted(chain));
        } catch (IOException e) {
            return Finding.failure(
                    CHECK,
                    "no TLS at " + host + ":" + port + ": " + Failures.words(e),
                    "let TCP port " + port + " in; is it the one of https-port?");
        }
    }

    /** @param isTrusted whether this machine trusts whoever signed it */
    static Finding judge(List<X509Certificate> chain, String host, Instant now, boolean isTrusted) {
        var leaf = chain.getFirst();
        var names = names(leaf);
        var end = leaf.getNotAfter().toInstant();
        if (end.isBefore(now)) {
            return Finding.failure(
                    CHECK,
                    "it expired on " + day(end),
                    "renew the file of tls-cert and restart; a certificate of the local CA renews itself at a restart");
        }
        if (leaf.getNotBefore().toInstant().isAfter(now)) {
            return Finding.failure(
                    CHECK,
                    "it is valid from " + day(leaf.getNotBefore().toInstant()) + " only",
                    "set the clocks of both machines: one of them is wrong");
        }
        if (names.stream().noneMatch(name -> covers(name, host))) {
            return Finding.failure(
                    CHECK,
                    "it is for " + String.join(", ", names) + ", not for " + host,
                    "start the server with --host " + host + ", or give it a certificate of that name by tls-cert");
        }
        if (end.isBefore(now.plus(SOON))) {
            return Finding.warning(
                    CHECK,
                    "it ends on " + day(end),
                    "renew the file of tls-cert, or restart the server if it has none");
        }
        if (!isTrusted) {
            return Finding.warning(
                    CHECK,
                    "for " + host + ", until " + day(end) + ", but nobody this machine trusts has signed it",
                    "browsers warn once; install /ca.crt on the devices, or use a public certificate by tls-cert");
        }
        return Finding.ok(CHECK, "for " + host + ", until " + day(end));
    }

    private static List<X509Certificate> chain(String host, int port) throws IOException {
        try (var plain = new Socket()) {
            plain.connect(new InetSocketAddress(host, port), TIMEOUT_MILLIS);
            plain.setSoTimeout(TIMEOUT_MILLIS);
            var factory = AnyCertificate.context().getSocketFactory();
            try (var tls = (SSLSocket) factory.createSocket(plain, host, port, true)) {
                tls.startHandshake();
                var chain = new ArrayList<X509Certificate>();
                for (var certificate : tls.getSession().getPeerCertificates()) {
                    if (certificate instanceof X509Certificate x509) {
                        chain.add(x509);
                    }
                }
                return chain;
            }
        }
    }

    private static boolean isTrusted(List<X509Certificate> chain) {
        try {
            var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init((KeyStore) null);
            for (var manager : factory.getTrustManagers()) {
                if (manager instanceof X509TrustManager x509) {
                    x509.checkServerTrusted(chain.toArray(X509Certificate[]::new), "UNKNOWN");
                }
            }
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /** RFC 6125: the alternative names alone count. */
    private static List<String> names(X509Certificate certificate) {
        try {
            Collection<List<?>> entries = certificate.getSubjectAlternativeNames();
            return entries == null
                    ? List.of()
                    : entries.stream()
                            .filter(entry -> entry.get(0).equals(DNS_NAME)
                                    || entry.get(0).equals(IP_ADDRESS))
                            .map(entry -> String.valueOf(entry.get(1)))
                            .toList();
        } catch (CertificateParsingException e) {
            return List.of();
        }
    }

    private static boolean covers(String name, String host) {
        if (name.startsWith("*.")) {
            int dot = host.indexOf('.');
            return dot > 0 && host.substring(dot).equalsIgnoreCase(name.substring(1));
        }
        return name.toLowerCase(Locale.ROOT).equals(host.toLowerCase(Locale.ROOT)) || isSameAddress(name, host);
    }

    /** An IPv6 address has many spellings. */
    private static boolean isSameAddress(String one, String other) {
        try {
            return InetAddress.ofLiteral(one).equals(InetAddress.ofLiteral(other));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static String day(Instant instant) {
        return DateTimeFormatter.ISO_LOCAL_DATE.format(instant.atOffset(ZoneOffset.UTC));
    }
}
