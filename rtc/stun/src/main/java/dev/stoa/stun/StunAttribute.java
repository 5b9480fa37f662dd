package dev.stoa.stun;

/**
 * The types of attributes by name: RFC 8489 (18.3), RFC 8656 (18), RFC 8445 (16.1), RFC 5780 (7.2). A receiver must understand those below
 * 0x8000, or refuse the request with 420; the others it may pass over.
 */
public final class StunAttribute {
    public static final int MAPPED_ADDRESS = 0x0001;
    /** RFC 5780, 7.2. */
    public static final int CHANGE_REQUEST = 0x0003;

    public static final int USERNAME = 0x0006;
    public static final int MESSAGE_INTEGRITY = 0x0008;
    public static final int ERROR_CODE = 0x0009;
    public static final int UNKNOWN_ATTRIBUTES = 0x000A;
    public static final int CHANNEL_NUMBER = 0x000C;
    public static final int LIFETIME = 0x000D;
    public static final int XOR_PEER_ADDRESS = 0x0012;
    public static final int DATA = 0x0013;
    public static final int REALM = 0x0014;
    public static final int NONCE = 0x0015;
    public static final int XOR_RELAYED_ADDRESS = 0x0016;
    public static final int REQUESTED_ADDRESS_FAMILY = 0x0017;
    public static final int EVEN_PORT = 0x0018;
    public static final int REQUESTED_TRANSPORT = 0x0019;
    public static final int DONT_FRAGMENT = 0x001A;
    public static final int MESSAGE_INTEGRITY_SHA256 = 0x001C;
    public static final int PASSWORD_ALGORITHM = 0x001D;
    public static final int USERHASH = 0x001E;
    public static final int XOR_MAPPED_ADDRESS = 0x0020;
    public static final int RESERVATION_TOKEN = 0x0022;
    public static final int PRIORITY = 0x0024;
    public static final int USE_CANDIDATE = 0x0025;
    public static final int ADDITIONAL_ADDRESS_FAMILY = 0x8000;
    public static final int ADDRESS_ERROR_CODE = 0x8001;
    public static final int PASSWORD_ALGORITHMS = 0x8002;
    public static final int ALTERNATE_DOMAIN = 0x8003;
    public static final int ICMP = 0x8004;
    public static final int SOFTWARE = 0x8022;
    public static final int ALTERNATE_SERVER = 0x8023;
    public static final int FINGERPRINT = 0x8028;
    public static final int ICE_CONTROLLED = 0x8029;
    public static final int ICE_CONTROLLING = 0x802A;
    /** Chromium's; nothing here depends on it. */
    public static final int NETWORK_COST = 0xC057;

    private StunAttribute() {}

    static boolean isComprehensionRequired(int type) {
        return type < 0x8000;
    }

    /** Whether a type that must be understood is one of those above. */
    static boolean isKnown(int type) {
        return switch (type) {
            case MAPPED_ADDRESS,
                    CHANGE_REQUEST,
                    USERNAME,
                    MESSAGE_INTEGRITY,
                    ERROR_CODE,
                    UNKNOWN_ATTRIBUTES,
                    CHANNEL_NUMBER,
                    LIFETIME,
                    XOR_PEER_ADDRESS,
                    DATA,
                    REALM,
                    NONCE,
                    XOR_RELAYED_ADDRESS,
                    REQUESTED_ADDRESS_FAMILY,
                    EVEN_PORT,
                    REQUESTED_TRANSPORT,
                    DONT_FRAGMENT,
                    MESSAGE_INTEGRITY_SHA256,
                    PASSWORD_ALGORITHM,
                    USERHASH,
                    XOR_MAPPED_ADDRESS,
                    RESERVATION_TOKEN,
                    PRIORITY,
                    USE_CANDIDATE -> true;
            default -> false;
        };
    }

    /** Whether a value of {@code length} bytes can be one of {@code type}; of unknown types every length can. */
    static boolean fits(int type, int length) {
        return switch (type) {
            case MAPPED_ADDRESS, XOR_MAPPED_ADDRESS, XOR_PEER_ADDRESS, XOR_RELAYED_ADDRESS, ALTERNATE_SERVER ->
                length == 8 || length == 20;
            case MESSAGE_INTEGRITY -> length == 20;
            // It may be cut, to no less than 16 bytes (RFC 8489, 14.6).
            case MESSAGE_INTEGRITY_SHA256 -> length >= 16 && length <= 32 && length % 4 == 0;
            case FINGERPRINT,
                    PRIORITY,
                    CHANNEL_NUMBER,
                    LIFETIME,
                    REQUESTED_TRANSPORT,
                    REQUESTED_ADDRESS_FAMILY,
                    ADDITIONAL_ADDRESS_FAMILY,
                    ADDRESS_ERROR_CODE,
                    CHANGE_REQUEST -> length == 4;
            case ICE_CONTROLLED, ICE_CONTROLLING, RESERVATION_TOKEN -> length == 8;
            case USE_CANDIDATE, DONT_FRAGMENT -> length == 0;
            case EVEN_PORT -> length == 1;
            case USERHASH -> length == 32;
            // A number and a length of parameters each (RFC 8489, 14.11 and 14.12).
            case PASSWORD_ALGORITHM, PASSWORD_ALGORITHMS -> length >= 4;
            case USERNAME -> length <= 513;
            case REALM, NONCE, SOFTWARE -> length <= 763;
            case ERROR_CODE -> length >= 4 && length <= 4 + 763;
            case UNKNOWN_ATTRIBUTES -> length % 2 == 0;
            default -> true;
        };
    }
}
