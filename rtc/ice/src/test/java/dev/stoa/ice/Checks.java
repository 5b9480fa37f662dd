package dev.stoa.ice;

import dev.stoa.stun.IntegrityKey;
import dev.stoa.stun.StunAttribute;
import dev.stoa.stun.StunClass;
import dev.stoa.stun.StunMessage;
import dev.stoa.stun.StunMethod;
import dev.stoa.stun.StunWriter;
import dev.stoa.stun.TransactionId;
import dev.stoa.wire.Datagram;
import dev.stoa.wire.TransportAddress;
import java.util.Random;

/** Checks written by hand, as another implementation would send them. */
final class Checks {
    static final IceCredentials LOCAL = new IceCredentials("serv", "servservservservservserv");
    static final IceCredentials REMOTE = new IceCredentials("peer", "peerpeerpeerpeerpeerpeer");

    private static final Random RANDOM = new Random(1);

    private Checks() {}

    static byte[] check(IceCredentials receiver, boolean useCandidate) {
        return check(receiver, StunAttribute.ICE_CONTROLLING, useCandidate, 0);
    }

    /** @param extra the type of an attribute without a value, or 0 */
    static byte[] check(IceCredentials receiver, int roleAttribute, boolean useCandidate, int extra) {
        var datagram = Datagram.allocate(512);
        var writer = request(datagram, receiver.ufrag() + ":" + REMOTE.ufrag())
                .u32(StunAttribute.PRIORITY, 0x6e0001ffL)
                .i64(roleAttribute, 5);
        if (useCandidate) {
            writer.flag(StunAttribute.USE_CANDIDATE);
        }
        if (extra != 0) {
            writer.flag(extra);
        }
        writer.integrity(IntegrityKey.shortTerm(receiver.pwd())).fingerprint();
        return datagram.toArray();
    }

    /** @param errorCode 0 for success */
    static byte[] answer(Datagram question, TransportAddress mapped, int errorCode) {
        var datagram = Datagram.allocate(200);
        var id = parse(question).transactionId();
        var writer =
                new StunWriter(datagram, errorCode == 0 ? StunClass.SUCCESS : StunClass.ERROR, StunMethod.BINDING, id);
        if (errorCode == 0) {
            writer.xorAddress(StunAttribute.XOR_MAPPED_ADDRESS, mapped);
        } else {
            writer.errorCode(errorCode);
        }
        writer.integrity(IntegrityKey.shortTerm(REMOTE.pwd())).fingerprint();
        return datagram.toArray();
    }

    static StunWriter request(Datagram target, String username) {
        return new StunWriter(target, StunClass.REQUEST, StunMethod.BINDING, TransactionId.random(RANDOM))
                .username(username);
    }

    static StunMessage parse(Datagram datagram) {
        return (StunMessage) StunMessage.parse(datagram);
    }
}
