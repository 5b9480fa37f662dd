package dev.stoa.app;

import dev.stoa.doctor.Doctor;
import dev.stoa.doctor.ExpectedPort;
import dev.stoa.doctor.Place;
import dev.stoa.doctor.Target;
import java.net.InetAddress;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** {@code stoa doctor [URL]}: what keeps calls from coming about. */
final class DoctorCommand {
    private DoctorCommand() {}

    /** Returns the exit code: not 0 when something failed. */
    static int run(Arguments.Request request, Configuration configuration, InstantSource clock, Terminal terminal)
            throws UserError {
        boolean isOwn = request.target().isEmpty() && request.server().isEmpty();
        var report =
                new Doctor(clock).examine(target(request, configuration), isOwn ? expected(configuration) : List.of());
        terminal.out().println(request.json() ? report.json() : report.text().stripTrailing());
        terminal.out().flush();
        return report.isHealthy() ? Exit.OK : Exit.FAILURE;
    }

    private static Target target(Arguments.Request request, Configuration configuration) throws UserError {
        if (request.target().isPresent()) {
            return parse(request.target().get(), Place.CLIENT);
        }
        var server = request.server();
        return parse(server.isPresent() ? server.get() : own(configuration), Place.SERVER);
    }

    /** Where the server of this configuration listens. */
    private static List<ExpectedPort> expected(Configuration configuration) throws UserError {
        var listen = ListenAddress.of(configuration.get(Keys.BIND));
        var address = listen.coversLoopback() ? InetAddress.getLoopbackAddress() : listen.address();
        var expected = new ArrayList<ExpectedPort>();
        for (var port : configuration.get(Keys.HTTP_PORT)) {
            add(expected, Keys.HTTP_PORT, address, port);
        }
        for (var key : List.of(Keys.HTTPS_PORT, Keys.MEDIA_PORT, Keys.TURN_PORT, Keys.TURNS_PORT)) {
            add(expected, key, address, configuration.get(key));
        }
        return expected;
    }

    private static void add(List<ExpectedPort> expected, Key<?> key, InetAddress address, Port port) {
        if (port.number() > 0) {
            expected.add(new ExpectedPort(key.name(), address, port.number()));
        }
    }

    /** The server of this configuration, where no token is needed. */
    private static String own(Configuration configuration) throws UserError {
        var listen = ListenAddress.of(configuration.get(Keys.BIND));
        var host = listen.coversLoopback() ? "localhost" : LocalAddresses.text(listen.address());
        var http = configuration.get(Keys.HTTP_PORT).stream()
                .filter(port -> !port.isOff())
                .findFirst();
        return http.map(port -> Links.origin("http", host, port.number()))
                .orElseGet(() -> Links.origin(
                        "https", host, configuration.get(Keys.HTTPS_PORT).number()));
    }

    private static Target parse(String url, Place place) throws UserError {
        try {
            return Target.parse(url, place);
        } catch (IllegalArgumentException e) {
            throw UserError.usage(
                    "\"" + url + "\" is no address of a server",
                    "write it as a browser shows it: https://stoa.example:8443");
        }
    }
}
