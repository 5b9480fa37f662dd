package dev.stoa.doctor;

/** Where the doctor stands: what fails from one of the two need not fail from the other. */
public enum Place {
    /** On the server's own machine: it sees neither routers nor firewalls before it. */
    SERVER,
    /** Somewhere else: it sees what a client there sees. */
    CLIENT
}
