package dev.stoa.sfu;

/**
 * The size at which somebody sees a video, in device pixels.
 *
 * @param width 0 when it is not visible: then nothing is sent
 * @param height the same
 */
public record ViewSize(int width, int height) {
    public static final int MAX = 16_384;

    /** Whoever says nothing is sent the best there is; so is a sink that is no screen. */
    public static final ViewSize BEST = new ViewSize(MAX, MAX);

    public static final ViewSize HIDDEN = new ViewSize(0, 0);

    public ViewSize {
        if (width < 0 || width > MAX || height < 0 || height > MAX) {
            throw new IllegalArgumentException("a view of " + width + "x" + height);
        }
    }

    public boolean isVisible() {
        return width > 0 && height > 0;
    }
}
