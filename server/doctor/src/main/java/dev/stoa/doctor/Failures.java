package dev.stoa.doctor;

import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;

/** Exceptions in a person's words. */
final class Failures {
    private Failures() {}

    static String words(Throwable failure) {
        var cause = failure;
        while (cause.getCause() != null && cause.getMessage() == null) {
            cause = cause.getCause();
        }
        return switch (cause) {
            case UnknownHostException _ -> "nobody knows that name";
            case SocketTimeoutException _ -> "no answer in time";
            case HttpTimeoutException _ -> "no answer in time";
            case ConnectException _ -> "nothing listens there, or a firewall refuses";
            default -> String.valueOf(cause.getMessage() == null ? cause : cause.getMessage());
        };
    }
}
