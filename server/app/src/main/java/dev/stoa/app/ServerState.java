package dev.stoa.app;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** What a server has come to: written by the thread that starts and stops it, read by every loop. */
final class ServerState {
    enum Phase {
        STARTING,
        READY,
        DRAINING
    }

    private final List<Integer> httpPorts = new CopyOnWriteArrayList<>();
    private volatile Phase phase = Phase.STARTING;
    private volatile Optional<Integer> httpsPort = Optional.empty();
    private volatile Optional<byte[]> localCa = Optional.empty();
    private volatile TurnPorts turn = TurnPorts.NONE;

    Phase phase() {
        return phase;
    }

    void enter(Phase next) {
        phase = next;
    }

    /** The ports that listen, in the order configured. */
    List<Integer> httpPorts() {
        return List.copyOf(httpPorts);
    }

    void addHttpPort(int port) {
        httpPorts.add(port);
    }

    Optional<Integer> httpsPort() {
        return httpsPort;
    }

    void setHttpsPort(int port) {
        httpsPort = Optional.of(port);
    }

    TurnPorts turn() {
        return turn;
    }

    void setTurn(TurnPorts ports) {
        turn = ports;
    }

    /** The certificate of the local CA, DER; empty when the operator brought a certificate. */
    Optional<byte[]> localCa() {
        return localCa;
    }

    void setLocalCa(byte[] der) {
        localCa = Optional.of(der);
    }
}
