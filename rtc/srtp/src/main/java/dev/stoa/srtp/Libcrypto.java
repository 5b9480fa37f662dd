package dev.stoa.srtp;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import org.jspecify.annotations.Nullable;

/**
 * The functions of libcrypto that SRTP needs. Pointers are longs: a MemorySegment per argument would be garbage per packet.
 * The functions called per packet are short and never block, hence {@code critical}.
 */
@SuppressWarnings("restricted")
final class Libcrypto {
    private static final String LIBRARY = "libcrypto.so.3";

    /** EVP_CTRL_AEAD_GET_TAG and EVP_CTRL_AEAD_SET_TAG of openssl/evp.h. */
    private static final int GET_TAG = 0x10;

    private static final int SET_TAG = 0x11;

    /** sizeof(SHA_CTX) of openssl/sha.h: five words of state, two of length, a block of 64 bytes, a count. */
    static final int SHA1_STATE_LENGTH = 96;

    private static final @Nullable Libcrypto LOADED = load();

    private static final MethodHandle VERSION = handle("OpenSSL_version", false, JAVA_LONG, JAVA_INT);
    private static final MethodHandle NEW_CONTEXT = handle("EVP_CIPHER_CTX_new", false, JAVA_LONG);
    private static final MethodHandle FREE_CONTEXT = handle("EVP_CIPHER_CTX_free", false, null, JAVA_LONG);
    private static final MethodHandle INIT = handle(
            "EVP_CipherInit_ex", true, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT);
    private static final MethodHandle CIPHER =
            handle("EVP_Cipher", true, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT);
    private static final MethodHandle CONTROL =
            handle("EVP_CIPHER_CTX_ctrl", true, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_LONG);
    private static final MethodHandle SHA1_INIT = handle("SHA1_Init", false, JAVA_INT, JAVA_LONG);
    private static final MethodHandle SHA1_UPDATE =
            handle("SHA1_Update", true, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle SHA1_FINAL = handle("SHA1_Final", true, JAVA_INT, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle COMPARE =
            handle("CRYPTO_memcmp", true, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle AES_128_CTR = handle("EVP_aes_128_ctr", false, JAVA_LONG);
    private static final MethodHandle AES_128_GCM = handle("EVP_aes_128_gcm", false, JAVA_LONG);
    private static final MethodHandle AES_256_GCM = handle("EVP_aes_256_gcm", false, JAVA_LONG);

    private final SymbolLookup symbols;

    private Libcrypto(SymbolLookup symbols) {
        this.symbols = symbols;
    }

    static boolean isAvailable() {
        return LOADED != null;
    }

    private static @Nullable Libcrypto load() {
        try {
            var symbols = SymbolLookup.libraryLookup(LIBRARY, Arena.global());
            // The SHA1_ functions are deprecated, so a library may be built without them.
            for (var name : new String[] {"EVP_Cipher", "SHA1_Init", "SHA1_Update", "SHA1_Final", "CRYPTO_memcmp"}) {
                if (symbols.find(name).isEmpty()) {
                    return null;
                }
            }
            return new Libcrypto(symbols);
        } catch (IllegalArgumentException | IllegalCallerException e) {
            return null;
        }
    }

    private static MethodHandle handle(
            String name, boolean critical, @Nullable MemoryLayout result, MemoryLayout... arguments) {
        var loaded = LOADED;
        if (loaded == null) {
            return MethodHandles.throwException(void.class, IllegalStateException.class);
        }
        var descriptor =
                result == null ? FunctionDescriptor.ofVoid(arguments) : FunctionDescriptor.of(result, arguments);
        var options = critical ? new Linker.Option[] {Linker.Option.critical(false)} : new Linker.Option[0];
        return Linker.nativeLinker().downcallHandle(loaded.symbols.findOrThrow(name), descriptor, options);
    }

    /** As in "OpenSSL 3.0.17 1 Jul 2025". */
    static String version() {
        try {
            return MemorySegment.ofAddress((long) VERSION.invokeExact(0))
                    .reinterpret(256)
                    .getString(0);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    static long aes128Ctr() {
        return cipherType(AES_128_CTR);
    }

    static long aesGcm(int keyLength) {
        return cipherType(keyLength == 16 ? AES_128_GCM : AES_256_GCM);
    }

    private static long cipherType(MethodHandle type) {
        try {
            return (long) type.invokeExact();
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** A context with its key; only the initialisation vector changes from now on. */
    static long newContext(long cipherType, byte[] key, boolean encrypting) {
        try (var arena = Arena.ofConfined()) {
            long context = (long) NEW_CONTEXT.invokeExact();
            if (context == 0) {
                throw new IllegalStateException("libcrypto has no memory for a cipher context");
            }
            var memory = arena.allocateFrom(ValueLayout.JAVA_BYTE, key);
            int done = (int) INIT.invokeExact(context, cipherType, 0L, memory.address(), 0L, encrypting ? 1 : 0);
            memory.fill((byte) 0);
            if (done != 1) {
                freeContext(context);
                throw new IllegalStateException("libcrypto refuses the cipher");
            }
            return context;
        } catch (RuntimeException e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    static void freeContext(long context) {
        try {
            FREE_CONTEXT.invokeExact(context);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    static void setIv(long context, long iv) {
        if (context == 0) {
            throw new IllegalStateException("the cipher is closed");
        }
        try {
            int done = (int) INIT.invokeExact(context, 0L, 0L, 0L, iv, -1);
            require(done == 1);
        } catch (Throwable e) {
            throw rethrow(e);
        }
    }

    /** Encrypts or decrypts; with no output the input is additional authenticated data. */
    static void update(long context, long output, long input, int length) {
        try {
            int done = (int) CIPHER.invokeExact(context, output, input, length);
            require(done >= 0);
        } catch (Throwable e) {
            throw rethrow(e);
        }
    }

    /** Ends an AEAD packet; false: the tag is wrong. */
    static boolean finish(long context) {
        try {
            return (int) CIPHER.invokeExact(context, 0L, 0L, 0) >= 0;
        } catch (Throwable e) {
            throw rethrow(e);
        }
    }

    static void getTag(long context, long tag, int length) {
        control(context, GET_TAG, tag, length);
    }

    static void setTag(long context, long tag, int length) {
        control(context, SET_TAG, tag, length);
    }

    private static void control(long context, int command, long pointer, int argument) {
        try {
            int done = (int) CONTROL.invokeExact(context, command, argument, pointer);
            require(done == 1);
        } catch (Throwable e) {
            throw rethrow(e);
        }
    }

    static void sha1Init(long state) {
        try {
            int done = (int) SHA1_INIT.invokeExact(state);
            require(done == 1);
        } catch (Throwable e) {
            throw rethrow(e);
        }
    }

    static void sha1Update(long state, long input, long length) {
        try {
            int done = (int) SHA1_UPDATE.invokeExact(state, input, length);
            require(done == 1);
        } catch (Throwable e) {
            throw rethrow(e);
        }
    }

    static void sha1Final(long digest, long state) {
        try {
            int done = (int) SHA1_FINAL.invokeExact(digest, state);
            require(done == 1);
        } catch (Throwable e) {
            throw rethrow(e);
        }
    }

    /** In constant time. */
    static boolean equal(long a, long b, long length) {
        try {
            return (int) COMPARE.invokeExact(a, b, length) == 0;
        } catch (Throwable e) {
            throw rethrow(e);
        }
    }

    private static void require(boolean done) {
        if (!done) {
            throw new IllegalStateException("libcrypto failed");
        }
    }

    private static IllegalStateException rethrow(Throwable e) {
        return e instanceof IllegalStateException known ? known : new IllegalStateException(e);
    }
}
