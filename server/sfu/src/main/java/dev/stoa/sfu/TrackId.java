package dev.stoa.sfu;

/**
 * One source of one participant.
 *
 * @param participant opaque here
 */
public record TrackId(String participant, Source source) {}
