package dev.stoa.dtls;

/** Who speaks first (RFC 8842, 5.2). */
public enum DtlsRole {
    /** {@code a=setup:active}: sends the ClientHello. */
    CLIENT,
    /** {@code a=setup:passive}: waits for it. */
    SERVER
}
