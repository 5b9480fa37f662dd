package dev.stoa.sdp;

/**
 * An attribute that has no field of its own: {@code a=name} or {@code a=name:value}.
 *
 * @param value empty when there is none
 */
public record Attribute(String name, String value) {
    static Attribute flag(String name) {
        return new Attribute(name, "");
    }
}
