package dev.stoa.load;

import dev.stoa.dtls.DtlsCertificate;
import dev.stoa.srtp.ProtectionProfile;
import dev.stoa.srtp.SrtpCrypto;
import java.security.SecureRandom;
import java.util.concurrent.Executor;

/** What all peers of a load test have in common. */
record Identity(
        DtlsCertificate certificate,
        SrtpCrypto crypto,
        SecureRandom random,
        Executor handshakes,
        ProtectionProfile profile) {}
