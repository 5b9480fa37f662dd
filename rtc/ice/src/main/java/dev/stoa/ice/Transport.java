package dev.stoa.ice;

/** What carries a candidate's datagrams; over TCP they are framed (RFC 4571), which is the driver's work. */
public enum Transport {
    UDP,
    TCP
}
