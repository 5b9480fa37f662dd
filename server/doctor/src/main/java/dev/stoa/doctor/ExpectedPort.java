package dev.stoa.doctor;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/**
 * A port of TCP that the configuration says the server listens on.
 *
 * @param setting its key
 */
public record ExpectedPort(String setting, InetAddress address, int port) {
    private static final int TIMEOUT_MILLIS = 2_000;

    /** One finding for all: a port that is taken stays off, with a warning that was read at the start or was not. */
    static Finding examine(List<ExpectedPort> expected) {
        var silent = new ArrayList<String>();
        for (var each : expected) {
            if (!each.listens()) {
                silent.add(each.port + " (" + each.setting + ")");
            }
        }
        return silent.isEmpty()
                ? Finding.ok("listening", "on every port of the configuration")
                : Finding.warning(
                        "listening",
                        "nothing listens on port " + String.join(", ", silent) + ", which the configuration names",
                        "another program may have had it when the server started: stop that, or choose another port; or"
                                + " the server was started with other flags than these");
    }

    private boolean listens() {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, port), TIMEOUT_MILLIS);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
