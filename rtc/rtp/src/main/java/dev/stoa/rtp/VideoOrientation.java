package dev.stoa.rtp;

/**
 * How the receiver is to turn a picture (3GPP TS 26.114, 7.4.5, CVO): one byte, 0000 C F R1 R0: back camera, flipped
 * horizontally, and how many quarter turns clockwise.
 */
public final class VideoOrientation {
    public static final int LENGTH = 1;

    private VideoOrientation() {}

    /** 0, 90, 180 or 270, clockwise. */
    public static int rotationDegrees(int octet) {
        return (octet & 3) * 90;
    }

    public static boolean flipped(int octet) {
        return (octet & 4) != 0;
    }

    public static boolean backCamera(int octet) {
        return (octet & 8) != 0;
    }

    /** @param rotationDegrees 0, 90, 180 or 270 */
    public static int octet(int rotationDegrees, boolean flipped, boolean backCamera) {
        if (rotationDegrees < 0 || rotationDegrees > 270 || rotationDegrees % 90 != 0) {
            throw new IllegalArgumentException("a rotation is 0, 90, 180 or 270 degrees, not " + rotationDegrees);
        }
        return rotationDegrees / 90 | (flipped ? 4 : 0) | (backCamera ? 8 : 0);
    }
}
