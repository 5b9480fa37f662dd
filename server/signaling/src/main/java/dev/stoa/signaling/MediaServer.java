package dev.stoa.signaling;

import java.util.Map;

/**
 * The part of the server that carries media, as signaling sees it. Thread-safe; no call blocks. What comes of a call comes
 * as {@link MediaEvent}.
 *
 * <p>Calls for one room come from one thread and count in their order. Only a participant that has offered is named in
 * {@link #setMedia}, {@link #setView} and {@link #leave}.
 */
public interface MediaServer {
    /** Names this media process; offers carry it as {@code instance}. At most 64 characters. */
    String instance();

    /**
     * A participant offers its PeerConnection with the server: makes it, or renegotiates the one it has.
     * {@link MediaEvent.Answered} or {@link MediaEvent.Refused} follows. {@link #setMedia} is called right after it.
     *
     * @param sources what the participant sends in which m-section, by mid
     * @param n the client's number of the message, for errors (0: none)
     */
    void offer(String room, String participant, String sdp, Map<String, SourceKind> sources, long n);

    /** What a participant sends now: slots of sources that are off are given to others. */
    void setMedia(String room, String participant, Media media);

    /**
     * How large a participant shows what its slots carry, by mid, in place of all that was said before; a slot that is not
     * named is sent as good as it is.
     */
    void setView(String room, String participant, Map<String, ViewSize> slots);

    /**
     * The participant has left, its session ended or its page is another one: its PeerConnection is closed. Without effect
     * when it had none.
     */
    void leave(String room, String participant);
}
