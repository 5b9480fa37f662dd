package dev.stoa.foreign;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.onvoid.webrtc.media.video.VideoFrame;
import java.util.Base64;

/** Received pictures, made small and grey. */
final class Pictures {
    private static final int WIDTH = 80;
    private static final int HEIGHT = 45;

    private Pictures() {}

    /** Adds what is seen. */
    static ObjectNode describe(ObjectNode to, VideoFrame frame) {
        var buffer = frame.buffer.toI420();
        try {
            var luma = buffer.getDataY();
            int stride = buffer.getStrideY();
            int width = buffer.getWidth();
            int height = buffer.getHeight();
            var grey = new byte[WIDTH * HEIGHT];
            for (int y = 0; y < HEIGHT; y++) {
                for (int x = 0; x < WIDTH; x++) {
                    grey[y * WIDTH + x] = luma.get(y * height / HEIGHT * stride + x * width / WIDTH);
                }
            }
            return to.put("width", WIDTH)
                    .put("height", HEIGHT)
                    .put("grey", Base64.getEncoder().encodeToString(grey));
        } finally {
            buffer.release();
        }
    }
}
