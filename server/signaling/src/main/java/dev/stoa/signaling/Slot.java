package dev.stoa.signaling;

/** What one of a participant's receiving m-sections carries: this source of that participant. */
public record Slot(String participant, SourceKind source) {}
