package dev.stoa.app;

import dev.stoa.loop.TurnNode;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** A STUN and TURN server and nothing else: {@code stoa turn}. */
final class TurnAlone implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Vertx vertx =
            Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setPreferNativeTransport(true));
    private final TurnService service;
    private final List<String> warnings = new ArrayList<>();

    private TurnAlone(Configuration configuration, InstantSource clock) throws UserError {
        var listen = ListenAddress.of(configuration.get(Keys.BIND));
        var data = DataDirectory.open(configuration.get(Keys.DATA_DIR));
        var secrets = new TurnSecrets(configuration, data.tokenKey(), clock);
        var port = configuration.get(Keys.TURN_PORT);
        if (port.isOff()) {
            throw UserError.usage("turn-port is off, so there is nothing to serve", "leave it out, or name a port");
        }
        if (configuration.isDefault(Keys.TURN_SECRET) && configuration.isDefault(Keys.TURN_USER)) {
            warnings.add("No user is configured: nobody but a server with this data directory can give credentials"
                    + " (--turn-user, --turn-secret).");
        }
        try {
            var options = TurnService.options(configuration, listen, secrets.credentials(), List.of());
            this.service = TurnService.open(vertx, options, listen, PATIENCE);
        } catch (IOException e) {
            vertx.close();
            throw BindProblem.of(Keys.TURN_PORT, port, configuration.get(Keys.BIND), e)
                    .error();
        }
        openTls(configuration, listen, data, clock);
    }

    private void openTls(Configuration configuration, ListenAddress listen, DataDirectory data, InstantSource clock)
            throws UserError {
        var port = configuration.get(Keys.TURNS_PORT);
        if (port.isOff()) {
            return;
        }
        try {
            var own = Identities.own(configuration);
            var identities = new Identities(configuration, data, LocalAddresses.network(), clock, own);
            service.openTls(port, listen, identities.get(), PATIENCE);
        } catch (IOException e) {
            var problem = BindProblem.of(Keys.TURNS_PORT, port, configuration.get(Keys.BIND), e);
            if (!configuration.isDefault(Keys.TURNS_PORT) || !problem.isTaken()) {
                close();
                throw problem.error();
            }
            warnings.add(problem.warning());
        } catch (UserError e) {
            close();
            throw e;
        }
    }

    static TurnAlone start(Configuration configuration, InstantSource clock) throws UserError {
        return new TurnAlone(configuration, clock);
    }

    TurnPorts ports() {
        return service.ports();
    }

    TurnNode node() {
        return service.node();
    }

    List<String> warnings() {
        return List.copyOf(warnings);
    }

    @Override
    public void close() {
        service.close();
        vertx.close();
    }
}
