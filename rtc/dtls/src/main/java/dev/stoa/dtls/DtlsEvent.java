package dev.stoa.dtls;

import org.jspecify.annotations.Nullable;

/** What an engine tells its owner. */
public sealed interface DtlsEvent {
    /**
     * The handshake is done and the other side is who the fingerprints say.
     *
     * @param srtpKeys null when the two sides have no protection profile in common, as where there is no media
     */
    record Connected(@Nullable DtlsSrtpKeys srtpKeys) implements DtlsEvent {}

    /** The other side sent this, one record. */
    @SuppressWarnings("ArrayRecordComponent")
    record ApplicationData(byte[] bytes) implements DtlsEvent {}

    /** The other side has closed the association (close_notify): it left. The last event. */
    record Closed() implements DtlsEvent {}

    /**
     * There is no association, or no longer one. The last event.
     *
     * @param detail for the log
     */
    record Failed(DtlsFailure failure, String detail) implements DtlsEvent {}
}
