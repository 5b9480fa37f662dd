package dev.stoa.srtp;

import dev.stoa.wire.Datagram;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.Key;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** AES-GCM of the JDK (RFC 7714). */
final class JdkGcm implements SrtpCipher {
    private static final int TAG_LENGTH = 16;

    private final int saltHead;
    private final long saltTail;
    private final boolean rtcp;
    private final boolean sealing;
    private @Nullable Key key;
    private Cipher cipher;
    private int lastSsrc;
    private long lastIndex = -1;

    JdkGcm(SessionKeys keys, boolean rtcp, boolean sealing) {
        var salt = ByteBuffer.wrap(keys.salt());
        this.saltHead = salt.getInt(0);
        this.saltTail = salt.getLong(4);
        this.rtcp = rtcp;
        this.sealing = sealing;
        this.key = new SecretKeySpec(keys.key(), "AES");
        this.cipher = newCipher();
    }

    private static Cipher newCipher() {
        try {
            return Cipher.getInstance("AES/GCM/NoPadding");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK has no AES-GCM", e);
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
        if (index == lastIndex && ssrc == lastSsrc) {
            // A packet sent twice: the JDK's cipher refuses the same IV twice in a row, a fresh one does not.
            cipher = newCipher();
        }
        lastSsrc = ssrc;
        lastIndex = index;
        int end = at + standing + count;
        try {
            begin(ssrc, index);
            cipher.updateAAD(part(target, at, header));
            if (rtcp) {
                target.put32(end + TAG_LENGTH, SrtcpIndex.ENCRYPTED | (int) index);
                cipher.updateAAD(part(target, end + TAG_LENGTH, SrtcpIndex.LENGTH));
            }
            var output = part(target, at + header, standing - header + count + TAG_LENGTH);
            if (standing > header) {
                cipher.update(part(target, at + header, standing - header), output);
            }
            cipher.doFinal(part(payload, from, count), output);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public boolean open(int ssrc, long index, Datagram source, int from, int header, int count, Datagram target) {
        try {
            begin(ssrc, index);
            cipher.updateAAD(part(source, from, header));
            if (rtcp) {
                int word = from + header + count + TAG_LENGTH;
                cipher.updateAAD(part(source, word, SrtcpIndex.LENGTH));
            }
            cipher.doFinal(part(source, from + header, count + TAG_LENGTH), part(target, header, count));
            return true;
        } catch (AEADBadTagException e) {
            return false;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** IV = (00 00 || SSRC || index of 48 bits) XOR salt, for RTP and RTCP alike (RFC 7714, 8.1 and 9.1). */
    private void begin(int ssrc, long index) throws GeneralSecurityException {
        if (key == null) {
            throw new IllegalStateException("the cipher is closed");
        }
        var iv = ByteBuffer.allocate(12);
        iv.putInt(saltHead ^ (ssrc >>> 16)).putLong(saltTail ^ (((long) ssrc << 48) | index));
        cipher.init(
                sealing ? Cipher.ENCRYPT_MODE : Cipher.DECRYPT_MODE,
                key,
                new GCMParameterSpec(TAG_LENGTH * 8, iv.array()));
    }

    static ByteBuffer part(Datagram datagram, int at, int count) {
        return datagram.view().duplicate().limit(at + count).position(at);
    }

    @Override
    public void close() {
        key = null;
    }
}
