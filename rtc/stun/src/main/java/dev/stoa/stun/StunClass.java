package dev.stoa.stun;

/** The class of a message: two bits, spread over the type field (RFC 8489, 5). */
public enum StunClass {
    REQUEST(0x000),
    INDICATION(0x010),
    SUCCESS(0x100),
    ERROR(0x110);

    private static final int MASK = 0x110;

    private final int bits;

    StunClass(int bits) {
        this.bits = bits;
    }

    /** The 16 bits of the type field of a message of this class and {@code method}, its bits spread around the class's. */
    int typeField(int method) {
        return (method & 0x00F) | (method & 0x070) << 1 | (method & 0xF80) << 2 | bits;
    }

    static StunClass ofTypeField(int type) {
        return switch (type & MASK) {
            case 0x000 -> REQUEST;
            case 0x010 -> INDICATION;
            case 0x100 -> SUCCESS;
            default -> ERROR;
        };
    }

    static int methodOfTypeField(int type) {
        return (type & 0x00F) | (type & 0x0E0) >> 1 | (type & 0x3E00) >> 2;
    }
}
