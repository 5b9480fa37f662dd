package dev.stoa.ice;

/** Who opens the connection of a TCP candidate (RFC 6544, 4.5). */
public enum TcpType {
    ACTIVE,
    PASSIVE,
    SO
}
