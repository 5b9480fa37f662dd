package dev.stoa.load;

/**
 * How the media of a connection is named, as descriptions agreed.
 *
 * @param audioType payload types, -1 where there is none
 * @param midId ids of header extensions, 0 where one was not agreed on
 */
record TrackIds(
        int audioType,
        int videoType,
        int rtxType,
        int midId,
        int absSendTimeId,
        int transportSequenceId,
        int audioLevelId) {}
