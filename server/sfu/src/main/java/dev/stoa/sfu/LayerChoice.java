package dev.stoa.sfu;

/** Somebody who gets layers of a track, and what of it is of use to him. */
interface LayerChoice {
    /** Bit i stands for the i-th of {@link Track#layers}. */
    int wantedLayers();

    /** How many spatial layers, from the lowest on. */
    int wantedSpatial();
}
