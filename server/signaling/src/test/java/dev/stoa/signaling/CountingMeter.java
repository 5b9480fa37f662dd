package dev.stoa.signaling;

/** Keeps what the tests ask for. */
final class CountingMeter implements SignalingMeter {
    int rooms;
    int sessions;
    int stale;

    @Override
    public void received() {}

    @Override
    public void sent() {}

    @Override
    public void refused(ErrorCode code) {}

    @Override
    public void stale() {
        stale++;
    }

    @Override
    public void began(SessionKind kind) {}

    @Override
    public void ended(LeaveReason reason) {}

    @Override
    public void rooms(int count) {
        rooms = count;
    }

    @Override
    public void sessions(int count) {
        sessions = count;
    }
}
