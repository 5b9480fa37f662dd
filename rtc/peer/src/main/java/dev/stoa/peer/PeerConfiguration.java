package dev.stoa.peer;

import dev.stoa.dtls.DtlsCertificate;
import dev.stoa.srtp.SrtpCrypto;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;

/**
 * What a PeerConnection is made with.
 *
 * @param certificate may be shared; two connections with one certificate can be told to be of one owner
 * @param random unpredictable outside of tests: it makes ICE passwords
 * @param handshakes runs a task that may wait, on a thread of its own
 * @param epochOffsetNanos what makes nanoseconds since 1970 of a {@code nowNanos}: for the reports by which receivers play
 *     audio and video in step
 */
public record PeerConfiguration(
        DtlsCertificate certificate,
        SrtpCrypto crypto,
        RandomGenerator random,
        Executor handshakes,
        long epochOffsetNanos) {}
