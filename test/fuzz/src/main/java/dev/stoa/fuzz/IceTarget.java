package dev.stoa.fuzz;

import dev.stoa.ice.Candidate;
import dev.stoa.ice.CandidateParse;
import dev.stoa.ice.FullIceAgent;
import dev.stoa.ice.IceAgent;
import dev.stoa.ice.IceCredentials;
import dev.stoa.ice.IceRole;
import dev.stoa.ice.IceState;
import dev.stoa.ice.LiteIceAgent;
import dev.stoa.ice.LocalBase;
import dev.stoa.stun.IntegrityKey;
import dev.stoa.stun.StunAttribute;
import dev.stoa.stun.StunClass;
import dev.stoa.stun.StunMessage;
import dev.stoa.stun.StunMethod;
import dev.stoa.stun.StunWriter;
import dev.stoa.stun.TransactionId;
import dev.stoa.wire.Datagram;
import dev.stoa.wire.TransportAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** An ICE agent and whatever may happen to it: datagrams from anybody, good, altered and repeated, calls, and time. */
final class IceTarget implements FuzzTarget {
    private static final LocalBase BASE = LocalBase.udp(TransportAddress.of("198.51.100.1", 1000));
    private static final LocalBase TCP =
            LocalBase.tcpConnection(TransportAddress.of("198.51.100.1", 1000), TransportAddress.of("192.0.2.9", 9));
    private static final IceCredentials LOCAL = new IceCredentials("serv", "servservservservservserv");
    private static final IceCredentials REMOTE = new IceCredentials("peer", "peerpeerpeerpeerpeerpeer");

    private static final int MAX_QUESTIONS = 8;

    private final boolean isLite;

    IceTarget(boolean isLite) {
        this.isLite = isLite;
    }

    @Override
    public void run(byte[] input) {
        new Sequence(isLite, new Choices(input)).run();
    }

    private static final class Sequence {
        private final Choices choices;
        private final IceAgent agent;
        private final Datagram in = Datagram.allocate(2048);
        private final Datagram out = Datagram.allocate(IceAgent.TRANSMIT_CAPACITY);
        private final List<byte[]> sent = new ArrayList<>();
        private long now;
        private int generation;
        private int questions;
        private boolean isKnown;
        private boolean isClosed;

        Sequence(boolean isLite, Choices choices) {
            this.choices = choices;
            if (isLite) {
                agent = new LiteIceAgent(0, LOCAL, List.of());
            } else {
                var role = choices.yes() ? IceRole.CONTROLLING : IceRole.CONTROLLED;
                var full = new FullIceAgent(0, role, LOCAL, new Random(1));
                full.addLocalCandidate(0, Candidate.host(BASE.address(), 1), BASE);
                agent = full;
            }
        }

        void run() {
            while (!choices.isOver()) {
                int what = choices.u8();
                now += switch (what >>> 6) {
                    case 0 -> 1_000_000L * choices.u8();
                    case 1 -> 100_000_000L * choices.u8();
                    default -> 0;
                };
                step(what & 0x3F);
                if (agent.nextTimeout() <= now) {
                    agent.handleTimeout(now);
                    Promise.that(agent.nextTimeout() > now, "what was due was done");
                }
                drain();
                check();
            }
        }

        private void step(int what) {
            switch (what) {
                case 0 -> {
                    if (!isClosed) {
                        agent.restart(now, new IceCredentials("serv" + ++generation, LOCAL.pwd()));
                        isKnown = false;
                    }
                }
                case 1 -> {
                    if (!isKnown && !isClosed) {
                        // Two lite agents are refused before an agent is asked.
                        agent.setRemote(now, REMOTE, agent instanceof FullIceAgent && choices.yes());
                        isKnown = true;
                    }
                }
                case 2 -> agent.addRemoteCandidate(now, Candidate.host(address(), choices.u16()));
                case 3 -> {
                    if (Candidate.parse(new String(choices.bytes(), StandardCharsets.UTF_8))
                            instanceof Candidate candidate) {
                        CandidateParse again = Candidate.parse(candidate.toLine());
                        Promise.that(candidate.equals(again), "a candidate is written as it was read");
                        agent.addRemoteCandidate(now, candidate);
                    }
                }
                case 4 -> agent.endRemoteCandidates(now);
                case 5 -> agent.handleBaseClosed(now, choices.yes() ? TCP : LocalBase.udp(address()));
                case 6 -> {
                    if (agent instanceof FullIceAgent full && ++questions <= MAX_QUESTIONS) {
                        full.gatherServerReflexive(now, BASE, address());
                    }
                }
                case 7 -> {
                    if (choices.below(8) == 0) {
                        agent.close();
                        isClosed = true;
                    }
                }
                default -> {
                    var bytes = datagram(what);
                    if (choices.below(3) == 0 && bytes.length > 0) {
                        bytes[choices.u8() % bytes.length] = (byte) choices.u8();
                    }
                    in.set(bytes);
                    agent.handle(now, in, choices.below(4) == 0 ? TCP : BASE, address());
                }
            }
        }

        private byte[] datagram(int what) {
            return switch (what & 3) {
                case 0 -> choices.bytes();
                case 1 ->
                    sent.isEmpty()
                            ? new byte[0]
                            : sent.get(choices.below(sent.size())).clone();
                case 2 -> sent.isEmpty() ? new byte[0] : answer(sent.get(choices.below(sent.size())));
                default -> request();
            };
        }

        /** A check of the other side's, with some of what may be in one. */
        private byte[] request() {
            var to = choices.below(8) == 0 ? LOCAL : agent.localCredentials();
            var datagram = Datagram.allocate(512);
            var writer = new StunWriter(
                            datagram, StunClass.REQUEST, StunMethod.BINDING, new TransactionId(1, choices.u8()))
                    .username(to.ufrag() + ":" + REMOTE.ufrag())
                    .u32(StunAttribute.PRIORITY, choices.yes() ? 0x6e0001ffL : choices.u16())
                    .i64(choices.yes() ? StunAttribute.ICE_CONTROLLING : StunAttribute.ICE_CONTROLLED, choices.u8());
            if (choices.yes()) {
                writer.flag(StunAttribute.USE_CANDIDATE);
            }
            if (choices.below(8) == 0) {
                writer.flag(0x7000 + choices.u8());
            }
            writer.integrity(IntegrityKey.shortTerm(to.pwd())).fingerprint();
            return datagram.toArray();
        }

        private byte[] answer(byte[] question) {
            if (!(StunMessage.parse(Datagram.copyOf(question)) instanceof StunMessage asked)) {
                throw new AssertionError("broken: what we send is STUN");
            }
            int code = choices.below(4) == 0 ? 300 + choices.below(100) * 4 : 0;
            code = choices.below(8) == 0 ? 487 : code;
            var datagram = Datagram.allocate(512);
            var writer = new StunWriter(
                    datagram,
                    code == 0 ? StunClass.SUCCESS : StunClass.ERROR,
                    StunMethod.BINDING,
                    asked.transactionId());
            if (code == 0) {
                writer.xorAddress(StunAttribute.XOR_MAPPED_ADDRESS, address());
            } else {
                writer.errorCode(code);
            }
            writer.integrity(IntegrityKey.shortTerm(REMOTE.pwd())).fingerprint();
            return datagram.toArray();
        }

        private TransportAddress address() {
            int one = choices.u8();
            return one < 200
                    ? TransportAddress.of("192.0.2." + (1 + one % 3), 1 + one / 3)
                    : one < 230
                            ? TransportAddress.of("2001:db8::" + one % 8, 1 + choices.u8())
                            : TransportAddress.of("203.0.113." + choices.u8(), 1 + choices.u8());
        }

        private void drain() {
            int transmits = 0;
            while (agent.pollTransmit(out) != null) {
                Promise.that(++transmits <= 1000, "an end comes");
                Promise.that(StunMessage.looksLikeStun(out), "what we send is STUN");
                if (sent.size() < 50) {
                    sent.add(out.toArray());
                } else {
                    sent.set(transmits % 50, out.toArray());
                }
            }
            while (agent.pollEvent() != null) {
                // Only to be taken.
            }
        }

        private void check() {
            var selected = agent.selectedPair();
            Promise.canBeRead(agent.role(), agent.statistics());
            boolean isOver = agent.state() == IceState.FAILED || agent.state() == IceState.CLOSED;
            Promise.that(!isOver || agent.nextTimeout() == Long.MAX_VALUE, "at the end there is nothing to wait for");
            Promise.that(!isOver || selected == null, "at the end there is no way to send");
        }
    }

    @Override
    public List<byte[]> seeds() {
        return Seeds.sequences(6, 300);
    }
}
