package dev.stoa.sfu;

import org.jspecify.annotations.Nullable;

/**
 * Which layer of a track a receiver is to get: the smallest that is not seen enlarged, of those that may be sent. When
 * nothing comes of that one, the next best that comes.
 *
 * <p>Calling contract: {@link #select}, then the rest says what was selected. Nothing allocates.
 */
@SuppressWarnings("ReferenceEquality") // a stream is itself
final class LayerSelector {
    /** A picture enlarged by this is not seen to be so. */
    private static final double MAX_ENLARGEMENT = 1.2;

    /** A picture of this size is assumed where nothing is known, and this many bits for each of its pixels in a second. */
    private static final int ASSUMED_WIDTH = 1280;

    private static final int ASSUMED_HEIGHT = 720;
    private static final int ASSUMED_BITS = 2;

    /** Nothing for this long of the layer that is wanted: others are wanted too. A still screen is sent once in a second. */
    private static final long SILENCE_NANOS = 1_500_000_000L;

    private @Nullable TrackSource ideal;
    private long sinceNanos;
    private @Nullable TrackSource source;
    private int spatial;
    private int temporal;
    private boolean enlarged;

    /**
     * Selects.
     *
     * @param allowanceBps what may be sent of the track at the most
     */
    void select(long nowNanos, Track track, ViewSize view, long allowanceBps) {
        var before = ideal;
        ideal = null;
        source = null;
        if (!view.isVisible() || allowanceBps <= 0) {
            return;
        }
        choose(track, view, allowanceBps, false);
        ideal = source;
        if (ideal != before) {
            sinceNanos = nowNanos;
        }
        if (source != null && !track.flows(source)) {
            choose(track, view, allowanceBps, true);
            source = source == null ? ideal : source;
        }
    }

    /** The one to send now; null when nothing is to be sent. */
    @Nullable TrackSource source() {
        return source;
    }

    /** The highest spatial layer within that stream, from 0; more than there are when it is to be all. */
    int spatial() {
        return spatial;
    }

    int temporal() {
        return temporal;
    }

    /**
     * The layers that are of use, in the bits of {@link LayerChoice#wantedLayers}: the one to have, the one that goes out
     * meanwhile, and when nothing comes of either all that are smaller.
     */
    int wantedLayers(long nowNanos, Track track, @Nullable TrackSource current) {
        if (ideal == null) {
            return 0;
        }
        boolean silent = ideal.equals(source)
                && nowNanos - Math.max(sinceNanos, ideal.arrivedNanos()) > SILENCE_NANOS
                && ideal.hasArrived();
        int wanted = 0;
        for (int i = 0; i < track.layers().size(); i++) {
            var layer = track.layers().get(i);
            boolean substitute = silent && scale(track, layer) < scale(track, ideal);
            if (layer.equals(ideal) || layer.equals(source) || layer.equals(current) || substitute) {
                wanted |= 1 << i;
            }
        }
        return wanted;
    }

    int wantedSpatial() {
        if (ideal == null) {
            return 0;
        }
        return enlarged || spatial + 1 >= ideal.shape().mostSpatial() ? WantedLayers.Spatial.ALL : spatial + 1;
    }

    /** The best of those that may be sent, of what the view wants or less; else the least. */
    private void choose(Track track, ViewSize view, long allowanceBps, boolean onlyFlowing) {
        long wanted = wantedPixels(track, view);
        source = null;
        long best = -1;
        for (int i = 0; i < track.layers().size(); i++) {
            var layer = track.layers().get(i);
            if (onlyFlowing && !track.flows(layer)) {
                continue;
            }
            for (int s = 0; s < layer.shape().spatialCount(); s++) {
                boolean fits = fits(track, layer, s, allowanceBps);
                long pixels = pixels(track, layer, s);
                if (isBetter(pixels, fits, best, wanted)) {
                    best = fits && pixels <= wanted ? pixels : -2 - pixels;
                    source = layer;
                    enlarged = enlargement(track, layer, s, view) > MAX_ENLARGEMENT;
                    // All there are, also those that come yet.
                    boolean all = enlarged && fits && s == layer.shape().spatialCount() - 1;
                    spatial = all ? StreamShape.MAX_SPATIAL - 1 : s;
                    temporal = fits ? StreamShape.MAX_TEMPORAL - 1 : fittingTemporal(layer, s, allowanceBps);
                }
            }
        }
    }

    /**
     * @param best of the choice so far: its pixels; below -1 when it is only the least bad: too large or too dear, then -2
     *     minus its pixels; -1 when there is none
     */
    private static boolean isBetter(long pixels, boolean fits, long best, long wanted) {
        if (best == -1) {
            return true;
        }
        if (fits && pixels <= wanted) {
            return best < -1 || pixels > best;
        }
        return best < -1 && pixels < -2 - best;
    }

    /** The pixels of the smallest picture that is large enough, of the largest when none is. */
    private static long wantedPixels(Track track, ViewSize view) {
        long smallest = Long.MAX_VALUE;
        for (int i = 0; i < track.layers().size(); i++) {
            var layer = track.layers().get(i);
            for (int s = 0; s < layer.shape().spatialCount(); s++) {
                if (enlargement(track, layer, s, view) <= MAX_ENLARGEMENT) {
                    smallest = Math.min(smallest, pixels(track, layer, s));
                }
            }
        }
        return smallest;
    }

    /** With all its temporal layers: a smaller picture is better than one that jerks. */
    private static boolean fits(Track track, TrackSource layer, int spatial, long allowanceBps) {
        if (allowanceBps == Allowance.UNLIMITED_BPS) {
            return true;
        }
        long measured = layer.shape().bitrateBps(spatial, layer.shape().temporalCount() - 1);
        return (measured >= 0 ? measured : pixels(track, layer, spatial) * ASSUMED_BITS) <= allowanceBps;
    }

    /** The most of the temporal layers that may be sent; at least the lowest. */
    private static int fittingTemporal(TrackSource layer, int spatial, long allowanceBps) {
        int temporal = layer.shape().temporalCount() - 1;
        while (temporal > 0 && layer.shape().bitrateBps(spatial, temporal) > allowanceBps) {
            temporal--;
        }
        return temporal;
    }

    private static long pixels(Track track, TrackSource layer, int spatial) {
        return (long) width(track, layer, spatial) * height(track, layer, spatial);
    }

    /**
     * By how much a picture has to be enlarged to fill what it is seen in, seen whole. Whether it is to be turned is not
     * known for each: the worse of both counts.
     */
    private static double enlargement(Track track, TrackSource layer, int spatial, ViewSize view) {
        double width = width(track, layer, spatial);
        double height = height(track, layer, spatial);
        double upright = Math.min(view.width() / width, view.height() / height);
        double turned = Math.min(view.width() / height, view.height() / width);
        return Math.max(upright, turned);
    }

    private static int width(Track track, TrackSource layer, int spatial) {
        int width = layer.shape().width(spatial);
        return width > 0 ? width : assumed(track, layer, spatial, true);
    }

    private static int height(Track track, TrackSource layer, int spatial) {
        int height = layer.shape().height(spatial);
        return height > 0 ? height : assumed(track, layer, spatial, false);
    }

    /** In proportion to a layer whose size is known, or to a camera's usual one. */
    private static int assumed(Track track, TrackSource layer, int spatial, boolean width) {
        double scale = scale(track, layer) / (1 << (layer.shape().spatialCount() - 1 - spatial));
        for (int i = 0; i < track.layers().size(); i++) {
            var other = track.layers().get(i);
            int top = other.shape().spatialCount() - 1;
            int known = width ? other.shape().width(top) : other.shape().height(top);
            if (known > 0) {
                return Math.max(1, (int) (known * scale / scale(track, other)));
            }
        }
        return Math.max(1, (int) ((width ? ASSUMED_WIDTH : ASSUMED_HEIGHT) * scale));
    }

    /** By the name that clients give it, else by its place: the lowest first. */
    private static double scale(Track track, TrackSource layer) {
        return switch (layer.rid()) {
            case "l", "q" -> 0.25;
            case "m" -> 0.5;
            case "h", "f" -> track.layer("f") != null && layer.rid().equals("h") ? 0.5 : 1;
            default -> 1.0 / (1 << (track.layers().size() - 1 - track.layers().indexOf(layer)));
        };
    }
}
