package dev.stoa.ice;

/** Where a candidate's address is from (RFC 8445, 5.1.1), with its type preference (5.1.2.2). */
public enum CandidateType {
    HOST("host", 126, 90),
    PEER_REFLEXIVE("prflx", 110, 80),
    SERVER_REFLEXIVE("srflx", 100, 70),
    RELAYED("relay", 0, 0);

    private final String token;
    private final int udpPreference;
    private final int tcpPreference;

    CandidateType(String token, int udpPreference, int tcpPreference) {
        this.token = token;
        this.udpPreference = udpPreference;
        this.tcpPreference = tcpPreference;
    }

    /** Its name in a candidate line. */
    public String token() {
        return token;
    }

    /** UDP before TCP, whatever the local preference (RFC 6544, 4.2). */
    int preference(Transport transport) {
        return transport == Transport.UDP ? udpPreference : tcpPreference;
    }
}
