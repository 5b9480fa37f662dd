package dev.stoa.app;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The names and addresses that a certificate stands for (RFC 5280, 4.2.1.6), addresses in Java's normal form.
 *
 * @param dns lower case
 * @param addresses literals
 */
record SubjectNames(Set<String> dns, Set<String> addresses) {
    private static final int DNS_NAME = 2;
    private static final int IP_ADDRESS = 7;

    /** Everything by which this machine may be reached now. */
    static SubjectNames ofThisMachine(Collection<InetAddress> network, List<String> advertisedHosts) {
        var hostname = LocalAddresses.hostname();
        var names = new SubjectNames(new TreeSet<>(), new TreeSet<>());
        names.add("localhost");
        names.add(hostname);
        names.add(hostname + ".local");
        names.add("127.0.0.1");
        names.add("::1");
        network.forEach(address -> names.add(LocalAddresses.text(address)));
        advertisedHosts.forEach(names::add);
        return names;
    }

    static SubjectNames of(X509Certificate certificate) throws CertificateParsingException {
        var names = new SubjectNames(new TreeSet<>(), new TreeSet<>());
        var alternatives = certificate.getSubjectAlternativeNames();
        if (alternatives != null) {
            for (var alternative : alternatives) {
                if (alternative.get(0) instanceof Integer kind
                        && (kind == DNS_NAME || kind == IP_ADDRESS)
                        && alternative.get(1) instanceof String name) {
                    names.add(name);
                }
            }
        }
        return names;
    }

    boolean contains(SubjectNames others) {
        return dns.containsAll(others.dns) && addresses.containsAll(others.addresses);
    }

    private void add(String name) {
        if (isAddress(name)) {
            addresses.add(normalised(name));
        } else {
            dns.add(java.net.IDN.toASCII(name).toLowerCase(java.util.Locale.ROOT));
        }
    }

    /** Only literals: a name must never be looked up here. */
    static boolean isAddress(String name) {
        return name.indexOf(':') >= 0 || name.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}");
    }

    private static String normalised(String literal) {
        try {
            return LocalAddresses.text(InetAddress.getByName(literal));
        } catch (UnknownHostException e) {
            return literal;
        }
    }
}
