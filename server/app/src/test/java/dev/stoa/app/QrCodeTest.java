package dev.stoa.app;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.zxing.BinaryBitmap;
import com.google.zxing.RGBLuminanceSource;
import com.google.zxing.common.HybridBinarizer;
import com.google.zxing.qrcode.QRCodeReader;
import java.util.List;
import org.junit.jupiter.api.Test;

class QrCodeTest {
    private static final int PIXELS = 4;

    @Test
    void aCameraReadsTheLinkFromTheHalfBlocks() throws Exception {
        var link = "https://192.168.1.20:8443/?token=" + "a1B2".repeat(45);
        assertEquals(link, read(QrCode.of(link)));
    }

    private static String read(List<String> lines) throws Exception {
        int width = lines.getFirst().length() * PIXELS;
        int height = lines.size() * 2 * PIXELS;
        var pixels = new int[width * height];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                char block = lines.get(y / (2 * PIXELS)).charAt(x / PIXELS);
                boolean isUpper = y / PIXELS % 2 == 0;
                boolean isLight = block == '\u2588' || block == (isUpper ? '\u2580' : '\u2584');
                pixels[y * width + x] = isLight ? 0xFFFFFF : 0;
            }
        }
        var bitmap = new BinaryBitmap(new HybridBinarizer(new RGBLuminanceSource(width, height, pixels)));
        return new QRCodeReader().decode(bitmap).getText();
    }
}
