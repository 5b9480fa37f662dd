/** The driver: the only part of the stack with sockets, threads and the clock. */
module dev.stoa.net {
    requires static transitive org.jspecify;
    requires transitive dev.stoa.wire;

    exports dev.stoa.net;
}
