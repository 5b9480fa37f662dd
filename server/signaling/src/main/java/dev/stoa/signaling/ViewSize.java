package dev.stoa.signaling;

/**
 * The size at which a client shows what one of its m-sections carries.
 *
 * @param width in device pixels, 0 to {@link #MAX}; 0 when nothing of it is visible
 * @param height the same
 */
public record ViewSize(int width, int height) {
    public static final int MAX = 16_384;
}
