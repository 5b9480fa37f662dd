package dev.stoa.app;

import dev.stoa.dialects.Requester;
import dev.stoa.signaling.ErrorCode;
import dev.stoa.signaling.Tokens;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Who may use the HTTP API: this machine, everybody when the server is open, and holders of a join token. */
final class Access {
    private static final String BEARER = "Bearer ";

    private final boolean open;
    private final Tokens tokens;

    Access(boolean open, Tokens tokens) {
        this.open = open;
        this.tokens = tokens;
    }

    boolean isOpen() {
        return open;
    }

    boolean needsToken(HttpServerRequest request) {
        return !open && !Requester.isLocal(request);
    }

    /** Lets the request pass, or answers it with 401. With a path parameter {@code room} the token must be for that room. */
    Handler<RoutingContext> check() {
        return context -> {
            var refusal = refusal(context.request(), context.pathParam("room"));
            if (refusal.isEmpty()) {
                context.next();
                return;
            }
            context.response().putHeader("WWW-Authenticate", "Bearer");
            switch (refusal.get()) {
                case TOKEN_MISSING ->
                    refuse(
                            context,
                            refusal.get(),
                            "This needs a join token.",
                            "Send it as Authorization: Bearer, or open the link you were given.");
                case TOKEN_EXPIRED ->
                    refuse(context, refusal.get(), "The join token has expired.", "Ask for a new link.");
                default -> refuse(context, refusal.get(), "The join token is not valid here.", "Ask for a new link.");
            }
        };
    }

    private static void refuse(RoutingContext context, ErrorCode code, String message, String hint) {
        Replies.problem(context, 401, code.wireName(), message, hint);
    }

    private Optional<ErrorCode> refusal(HttpServerRequest request, @Nullable String room) {
        if (!needsToken(request)) {
            return Optional.empty();
        }
        var token = token(request);
        if (token.isEmpty()) {
            return Optional.of(ErrorCode.TOKEN_MISSING);
        }
        return switch (tokens.verifyJoin(token.get(), room)) {
            case Tokens.JoinCheck.Valid() -> Optional.empty();
            case Tokens.JoinCheck.Invalid(ErrorCode code) -> Optional.of(code);
        };
    }

    private static Optional<String> token(HttpServerRequest request) {
        var authorization = request.getHeader(HttpHeaders.AUTHORIZATION);
        if (authorization != null && authorization.startsWith(BEARER)) {
            return Optional.of(authorization.substring(BEARER.length()).strip());
        }
        return Optional.ofNullable(request.getParam("token"));
    }
}
