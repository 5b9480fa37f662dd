package dev.stoa.doctor;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/** The server's HTTP API. */
final class Web implements AutoCloseable {
    static final Duration TIMEOUT = Duration.ofSeconds(6);

    private final Target target;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(TIMEOUT)
            .sslContext(AnyCertificate.context())
            .build();

    /** @param date when the server thinks the answer was made */
    record Answer(int status, JsonObject body, Optional<Instant> date) {}

    Web(Target target) {
        this.target = target;
    }

    HttpClient client() {
        return client;
    }

    /** @throws IOException when nobody answers, or with something other than JSON */
    Answer get(String path) throws IOException {
        var request = HttpRequest.newBuilder(URI.create(target.origin() + path)).timeout(TIMEOUT);
        target.token().ifPresent(token -> request.header("Authorization", "Bearer " + token));
        try {
            var answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return new Answer(
                    answer.statusCode(),
                    new JsonObject(answer.body()),
                    answer.headers().firstValue("Date").flatMap(Web::date));
        } catch (DecodeException e) {
            throw new IOException("it is no Stoa that answers there", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static Optional<Instant> date(String text) {
        try {
            return Optional.of(ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant());
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
