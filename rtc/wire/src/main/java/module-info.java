/** Bytes on the wire: datagrams in native memory, addresses, serial numbers, and why bytes were refused. */
module dev.stoa.wire {
    requires static transitive org.jspecify;

    exports dev.stoa.wire;
}
