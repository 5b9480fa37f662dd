package dev.stoa.sdp;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Collects the attributes of ICE and DTLS that stand at session level as well as in m-sections. */
final class TransportCollector {
    /** RFC 8839, 5.4. */
    private static final int MAX_CREDENTIAL = 256;

    private final SdpLimits limits;
    private Optional<String> iceUfrag = Optional.empty();
    private Optional<String> icePwd = Optional.empty();
    private List<String> iceOptions = List.of();
    private final List<Fingerprint> fingerprints = new ArrayList<>();
    private Optional<Setup> setup = Optional.empty();
    private Optional<String> tlsId = Optional.empty();

    TransportCollector(SdpLimits limits) {
        this.limits = limits;
    }

    /** Whether the attribute was one of these. */
    boolean take(String name, String value) throws SdpSyntaxException {
        switch (name) {
            case "ice-ufrag" -> iceUfrag = Optional.of(credential(value.strip(), "ice-ufrag"));
            case "ice-pwd" -> icePwd = Optional.of(credential(value.strip(), "ice-pwd"));
            case "ice-options" -> {
                iceOptions = Lines.words(value);
                if (iceOptions.size() > limits.others()) {
                    throw SdpSyntaxException.tooMany("ICE options", limits.others());
                }
            }
            case "fingerprint" -> SdpParser.add(fingerprints, fingerprint(value), limits.others(), "fingerprints");
            case "setup" -> {
                setup = Setup.parse(value.strip());
                SdpParser.require(setup.isPresent(), "no such setup: " + Lines.quote(value));
            }
            case "tls-id" -> tlsId = Optional.of(Lines.token(value.strip(), "tls-id"));
            default -> {
                return false;
            }
        }
        return true;
    }

    TransportDescription description() {
        return new TransportDescription(iceUfrag, icePwd, iceOptions, fingerprints, setup, tlsId);
    }

    private static String credential(String value, String what) throws SdpSyntaxException {
        boolean plain = !value.isEmpty()
                && value.length() <= MAX_CREDENTIAL
                && value.chars().allMatch(c -> c > ' ' && c < 0x7F);
        SdpParser.require(plain, what + " is empty, too long or not plain");
        return value;
    }

    private static Fingerprint fingerprint(String value) throws SdpSyntaxException {
        var words = Lines.words(value);
        SdpParser.require(words.size() == 2, "a fingerprint is a hash's name and its value");
        try {
            return new Fingerprint(Lines.token(words.get(0), "a hash's name"), words.get(1));
        } catch (IllegalArgumentException e) {
            throw SdpSyntaxException.badValue("not a fingerprint: " + Lines.quote(value));
        }
    }
}
