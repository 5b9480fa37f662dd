package dev.stoa.app;

/**
 * Where a value was written.
 *
 * @param where for people: {@code stoa.yaml:3}, {@code STOA_HTTP_PORT}, {@code --http-port}
 */
record Source(Layer layer, String where) {
    /** Later layers win. */
    enum Layer {
        DEFAULT,
        FILE,
        ENVIRONMENT,
        FLAG
    }

    static final Source DEFAULT = new Source(Layer.DEFAULT, "default");

    boolean isDefault() {
        return layer == Layer.DEFAULT;
    }
}
