package dev.stoa.net;

/**
 * Sizes and limits of a {@link Driver}.
 *
 * @param maxDatagramBytes longer UDP packets are dropped
 * @param receiveBufferBytes what each UDP socket asks the kernel for; it may grant less
 * @param sendBufferBytes the same for sending
 * @param reusePort whether UDP sockets and listeners share their port with those of other drivers (SO_REUSEPORT)
 * @param segmentation whether the kernel may cut bursts into packets (UDP_SEGMENT) where it can
 * @param coalescing whether the kernel may hand over several packets of a flow as one burst (UDP_GRO) where it can
 * @param taskCapacity how many posted tasks may wait, rounded up to a power of two
 * @param crossingCapacity how many packets of other drivers may wait, rounded up to a power of two; they have memory from the start
 * @param maxConnections how many TCP connections there may be
 * @param maxConnectionsPerSource how many of them from one IPv4 address or one IPv6 /64
 * @param maxFrameBytes the longest packet by TCP, at most 65535
 * @param writeQueueBytes how many bytes may wait for a slow TCP connection
 * @param idleTimeoutNanos after how long without a frame a TCP connection is closed
 */
public record DriverOptions(
        int maxDatagramBytes,
        int receiveBufferBytes,
        int sendBufferBytes,
        boolean reusePort,
        boolean segmentation,
        boolean coalescing,
        int taskCapacity,
        int crossingCapacity,
        int maxConnections,
        int maxConnectionsPerSource,
        int maxFrameBytes,
        int writeQueueBytes,
        long idleTimeoutNanos) {

    public static final DriverOptions DEFAULT = new DriverOptions(
            2048, 4 << 20, 4 << 20, false, true, true, 4096, 512, 1024, 64, 8192, 256 << 10, 30_000_000_000L);

    public DriverOptions {
        requireBetween("maxDatagramBytes", maxDatagramBytes, 1, 65_507);
        requireBetween("receiveBufferBytes", receiveBufferBytes, 1, 1 << 30);
        requireBetween("sendBufferBytes", sendBufferBytes, 1, 1 << 30);
        requireBetween("taskCapacity", taskCapacity, 1, 1 << 24);
        requireBetween("crossingCapacity", crossingCapacity, 1, 1 << 20);
        requireBetween("maxConnections", maxConnections, 0, 1 << 16);
        requireBetween("maxConnectionsPerSource", maxConnectionsPerSource, 0, 1 << 16);
        requireBetween("maxFrameBytes", maxFrameBytes, 1, 0xFFFF);
        requireBetween("writeQueueBytes", writeQueueBytes, maxFrameBytes + 2, 1 << 30);
        if (idleTimeoutNanos <= 0) {
            throw new IllegalArgumentException("idleTimeoutNanos has to be positive, not " + idleTimeoutNanos);
        }
    }

    public DriverOptions withMaxDatagramBytes(int bytes) {
        return new DriverOptions(
                bytes,
                receiveBufferBytes,
                sendBufferBytes,
                reusePort,
                segmentation,
                coalescing,
                taskCapacity,
                crossingCapacity,
                maxConnections,
                maxConnectionsPerSource,
                maxFrameBytes,
                writeQueueBytes,
                idleTimeoutNanos);
    }

    public DriverOptions withBufferBytes(int receive, int send) {
        return new DriverOptions(
                maxDatagramBytes,
                receive,
                send,
                reusePort,
                segmentation,
                coalescing,
                taskCapacity,
                crossingCapacity,
                maxConnections,
                maxConnectionsPerSource,
                maxFrameBytes,
                writeQueueBytes,
                idleTimeoutNanos);
    }

    public DriverOptions withReusePort(boolean reuse) {
        return new DriverOptions(
                maxDatagramBytes,
                receiveBufferBytes,
                sendBufferBytes,
                reuse,
                segmentation,
                coalescing,
                taskCapacity,
                crossingCapacity,
                maxConnections,
                maxConnectionsPerSource,
                maxFrameBytes,
                writeQueueBytes,
                idleTimeoutNanos);
    }

    public DriverOptions withOffloads(boolean segmentationAllowed, boolean coalescingAllowed) {
        return new DriverOptions(
                maxDatagramBytes,
                receiveBufferBytes,
                sendBufferBytes,
                reusePort,
                segmentationAllowed,
                coalescingAllowed,
                taskCapacity,
                crossingCapacity,
                maxConnections,
                maxConnectionsPerSource,
                maxFrameBytes,
                writeQueueBytes,
                idleTimeoutNanos);
    }

    public DriverOptions withQueues(int tasks, int crossings) {
        return new DriverOptions(
                maxDatagramBytes,
                receiveBufferBytes,
                sendBufferBytes,
                reusePort,
                segmentation,
                coalescing,
                tasks,
                crossings,
                maxConnections,
                maxConnectionsPerSource,
                maxFrameBytes,
                writeQueueBytes,
                idleTimeoutNanos);
    }

    public DriverOptions withConnections(int max, int maxPerSource, long idleNanos) {
        return new DriverOptions(
                maxDatagramBytes,
                receiveBufferBytes,
                sendBufferBytes,
                reusePort,
                segmentation,
                coalescing,
                taskCapacity,
                crossingCapacity,
                max,
                maxPerSource,
                maxFrameBytes,
                writeQueueBytes,
                idleNanos);
    }

    public DriverOptions withFrames(int maxBytes, int maxQueuedBytes) {
        return new DriverOptions(
                maxDatagramBytes,
                receiveBufferBytes,
                sendBufferBytes,
                reusePort,
                segmentation,
                coalescing,
                taskCapacity,
                crossingCapacity,
                maxConnections,
                maxConnectionsPerSource,
                maxBytes,
                maxQueuedBytes,
                idleTimeoutNanos);
    }

    private static void requireBetween(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + " is " + least + " to " + most + ", not " + value);
        }
    }
}
