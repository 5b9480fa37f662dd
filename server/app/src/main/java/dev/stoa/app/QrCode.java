package dev.stoa.app;

import com.google.zxing.BarcodeFormat;
import com.google.zxing.EncodeHintType;
import com.google.zxing.WriterException;
import com.google.zxing.common.BitMatrix;
import com.google.zxing.qrcode.QRCodeWriter;
import com.google.zxing.qrcode.decoder.ErrorCorrectionLevel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A QR code for a terminal: two modules in each character, by half blocks. */
final class QrCode {
    /** The standard asks for 4 light modules around the code; cameras are content with 2. */
    private static final int QUIET_ZONE = 2;

    private QrCode() {}

    /**
     * Light modules are drawn, dark ones are the terminal's background.
     *
     * @return one string for each line
     */
    static List<String> of(String text) {
        var modules = encode(text);
        var lines = new ArrayList<String>();
        for (int y = 0; y < modules.getHeight(); y += 2) {
            var line = new StringBuilder();
            for (int x = 0; x < modules.getWidth(); x++) {
                boolean upperIsLight = !modules.get(x, y);
                boolean lowerIsLight = y + 1 < modules.getHeight() && !modules.get(x, y + 1);
                line.append(block(upperIsLight, lowerIsLight));
            }
            lines.add(line.toString());
        }
        return List.copyOf(lines);
    }

    private static char block(boolean upper, boolean lower) {
        if (upper) {
            return lower ? '\u2588' : '\u2580';
        }
        return lower ? '\u2584' : ' ';
    }

    private static BitMatrix encode(String text) {
        var hints = Map.of(EncodeHintType.ERROR_CORRECTION, ErrorCorrectionLevel.L, EncodeHintType.MARGIN, QUIET_ZONE);
        try {
            return new QRCodeWriter().encode(text, BarcodeFormat.QR_CODE, 0, 0, hints);
        } catch (WriterException e) {
            throw new IllegalArgumentException("too long for a QR code", e);
        }
    }
}
