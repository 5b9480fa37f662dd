package dev.stoa.app;

import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;

/** Textual encoding of keys and certificates (RFC 7468). */
final class Pem {
    static final String CERTIFICATE = "CERTIFICATE";
    static final String PRIVATE_KEY = "PRIVATE KEY";

    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----[^-]*-----END \\1-----", Pattern.DOTALL);

    /**
     * @param label what it says it is
     * @param text the whole block, with its first and last line
     */
    record Block(String label, String text) {
        /** Empty when the block is no base64. */
        byte[] der() {
            var body = text.replaceAll("-----[A-Z0-9 ]+-----", "");
            try {
                return Base64.getMimeDecoder().decode(body);
            } catch (IllegalArgumentException e) {
                return new byte[0];
            }
        }
    }

    private Pem() {}

    /** All blocks in {@code text}; what stands around them is ignored. */
    static List<Block> parse(String text) {
        var blocks = new ArrayList<Block>();
        var matcher = BLOCK.matcher(text);
        while (matcher.find()) {
            blocks.add(new Block(matcher.group(1), matcher.group()));
        }
        return List.copyOf(blocks);
    }

    static byte[] encode(String label, byte[] der) {
        var body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return ("-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    static byte[] encode(X509Certificate certificate) throws CertificateEncodingException {
        return encode(CERTIFICATE, certificate.getEncoded());
    }
}
