package dev.stoa.srtp;

import static dev.stoa.srtp.JdkGcm.part;

import dev.stoa.wire.Datagram;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** AES in counter mode with HMAC-SHA1 (RFC 3711, 4.1.1 and 4.2.1) of the JDK. */
final class JdkCounterMode implements SrtpCipher {
    private static final int TAG_LENGTH = 10;
    private static final int WORD_LENGTH = 4;

    private final long saltHead;
    private final long saltTail;
    private final boolean rtcp;
    private final Cipher cipher;
    private final Mac mac;
    private @Nullable Key key;

    JdkCounterMode(SessionKeys keys, boolean rtcp) {
        var salt = ByteBuffer.wrap(Arrays.copyOf(keys.salt(), 16));
        this.saltHead = salt.getLong(0);
        this.saltTail = salt.getLong(8);
        this.rtcp = rtcp;
        this.key = new SecretKeySpec(keys.key(), "AES");
        try {
            this.cipher = Cipher.getInstance("AES/CTR/NoPadding");
            this.mac = Mac.getInstance("HmacSHA1");
            mac.init(new SecretKeySpec(keys.authenticationKey(), "HmacSHA1"));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK has no AES or no HMAC-SHA1", e);
        }
    }

    @Override
    public void seal(
            int ssrc,
            long index,
            Datagram target,
            int at,
            int header,
            int standing,
            Datagram payload,
            int from,
            int count) {
        int length = standing + count;
        try {
            begin(ssrc, index);
            var output = part(target, at + header, length - header);
            if (standing > header) {
                cipher.update(part(target, at + header, standing - header), output);
            }
            cipher.doFinal(part(payload, from, count), output);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
        if (rtcp) {
            target.put32(at + length, SrtcpIndex.ENCRYPTED | (int) index);
            length += WORD_LENGTH;
        }
        target.put(at + length, authenticate(target, at, length, index), 0, TAG_LENGTH);
    }

    @Override
    public boolean open(int ssrc, long index, Datagram source, int from, int header, int count, Datagram target) {
        int length = header + count + (rtcp ? WORD_LENGTH : 0);
        var tag = source.toArray(from + length, TAG_LENGTH);
        if (!MessageDigest.isEqual(tag, authenticate(source, from, length, index))) {
            return false;
        }
        try {
            begin(ssrc, index);
            cipher.doFinal(part(source, from + header, count), part(target, header, count));
            return true;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** IV = salt * 2^16 XOR SSRC * 2^64 XOR index * 2^16 (RFC 3711, 4.1.1). */
    private void begin(int ssrc, long index) throws GeneralSecurityException {
        if (key == null) {
            throw new IllegalStateException("the cipher is closed");
        }
        var iv = ByteBuffer.allocate(16);
        iv.putLong(saltHead ^ (ssrc & 0xFFFF_FFFFL)).putLong(saltTail ^ (index << 16));
        cipher.init(Cipher.ENCRYPT_MODE, key, new IvParameterSpec(iv.array()));
    }

    private byte[] authenticate(Datagram packet, int at, int length, long index) {
        mac.update(part(packet, at, length));
        if (!rtcp) {
            // The roll-over counter is authenticated but not sent (RFC 3711, 4.2).
            mac.update(ByteBuffer.allocate(WORD_LENGTH).putInt(0, (int) (index >>> 16)));
        }
        return Arrays.copyOf(mac.doFinal(), TAG_LENGTH);
    }

    @Override
    public void close() {
        key = null;
    }
}
