package dev.stoa.turn;

import dev.stoa.stun.IntegrityKey;
import dev.stoa.stun.TransactionId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a client has at the server (RFC 8656, 6): relay sockets, permissions, channels. Permissions and channels that have
 * expired count no more, and are forgotten when a new one needs their place.
 */
final class Allocation {
    /** More peers than any call has; of permissions and of channels. */
    static final int MAX_PEERS = 128;

    /** Who made it, and with what: all that follows has to be his. */
    record Owner(User user, String username, IntegrityKey key, boolean sha256) {}

    final Path path;
    final Owner owner;
    /** Of the request that made it, which may come again (RFC 8656, 7.2). */
    final TransactionId madeBy;

    private final List<Relay> relays;
    private final List<Permission> permissions = new ArrayList<>(4);
    private final List<ChannelBinding> channels = new ArrayList<>(4);
    private @Nullable ChannelBinding lastFromClient;
    private @Nullable ChannelBinding lastFromPeer;
    long expiresNanos;
    /** What the request that made it was given for the next one. */
    long reservationToken;

    Allocation(Path path, Owner owner, TransactionId madeBy, List<Relay> relays, long expiresNanos) {
        this.path = path;
        this.owner = owner;
        this.madeBy = madeBy;
        this.relays = new ArrayList<>(relays);
        this.expiresNanos = expiresNanos;
    }

    List<Relay> relays() {
        return relays;
    }

    /** The relay of that family, or null. */
    @Nullable Relay relay(boolean ipv4) {
        for (int i = 0; i < relays.size(); i++) {
            if (relays.get(i).isIpv4() == ipv4) {
                return relays.get(i);
            }
        }
        return null;
    }

    /** Forgets a relay and the peers that were reached by it. */
    void remove(Relay relay) {
        relays.remove(relay);
        permissions.removeIf(permission -> AddressRules.isIpv4(permission.high, permission.low) == relay.isIpv4());
        channels.removeIf(channel -> AddressRules.isIpv4(channel.high, channel.low) == relay.isIpv4());
        lastFromClient = null;
        lastFromPeer = null;
    }

    /** Also one that has expired. */
    @Nullable Permission permission(long high, long low) {
        for (int i = 0; i < permissions.size(); i++) {
            if (permissions.get(i).isOf(high, low)) {
                return permissions.get(i);
            }
        }
        return null;
    }

    /** Makes a permission, or refreshes it; null when there are too many. */
    @Nullable Permission permit(long nowNanos, long high, long low, boolean isOwn) {
        var permission = permission(high, low);
        if (permission == null) {
            if (permissions.size() == MAX_PEERS) {
                // A channel goes on with the permission that it was bound with.
                permissions.removeIf(each -> each.expiresNanos <= nowNanos && !hasChannel(each));
            }
            if (permissions.size() == MAX_PEERS) {
                return null;
            }
            permission = new Permission(high, low, isOwn);
            permissions.add(permission);
        }
        permission.expiresNanos = nowNanos + Permission.LIFETIME_NANOS;
        return permission;
    }

    private boolean hasChannel(Permission permission) {
        return channels.stream().anyMatch(channel -> channel.permission.isOf(permission.high, permission.low));
    }

    /** The channel with that number, also one that has expired. */
    @Nullable ChannelBinding channel(int number) {
        var last = lastFromClient;
        if (last != null && last.number == number) {
            return last;
        }
        for (int i = 0; i < channels.size(); i++) {
            var channel = channels.get(i);
            if (channel.number == number) {
                lastFromClient = channel;
                return channel;
            }
        }
        return null;
    }

    /** The channel that is bound to a peer, also one that has expired. */
    @Nullable ChannelBinding channel(long high, long low, int port) {
        var last = lastFromPeer;
        if (last != null && last.isOf(high, low, port)) {
            return last;
        }
        for (int i = 0; i < channels.size(); i++) {
            var channel = channels.get(i);
            if (channel.isOf(high, low, port)) {
                lastFromPeer = channel;
                return channel;
            }
        }
        return null;
    }

    /** False when there are too many. */
    boolean bind(long nowNanos, ChannelBinding channel) {
        forgetChannels(nowNanos);
        if (channels.size() == MAX_PEERS) {
            return false;
        }
        channels.add(channel);
        return true;
    }

    /** Forgets the channels that have expired: only then number and peer may be bound anew (RFC 8656, 12). */
    void forgetChannels(long nowNanos) {
        if (channels.removeIf(each -> each.expiresNanos <= nowNanos)) {
            lastFromClient = null;
            lastFromPeer = null;
        }
    }
}
