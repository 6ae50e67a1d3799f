package dev.whyops.provider;

import com.github.luben.zstd.ZstdInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import org.brotli.dec.BrotliInputStream;
import org.jspecify.annotations.Nullable;

/** Undoes the content coding of a captured copy, within limits. Pure. */
public final class ContentCoding {
  /** Answers inflate to this at most. */
  public static final int ANSWER_MAX_BYTES = 4 << 20;

  /** Requests inflate to this at most. */
  public static final int REQUEST_MAX_BYTES = 32 << 20;

  private static final int RATIO_MAX = 100;

  /** Small bodies may exceed the ratio up to here: a gzip head alone is 20 bytes. */
  private static final int RATIO_FREE_BYTES = 64 * 1024;

  private ContentCoding() {}

  /**
   * @param note null when everything was decoded, else one of {@link Notes}
   */
  public record Decoded(byte[] bytes, @Nullable String note) {}

  /**
   * Decodes what a {@code Content-Encoding} says. A body that is cut, damaged or too large gives
   * what could be read and a note; an unknown or stacked coding gives the bytes as they are.
   */
  public static Decoded decode(@Nullable String contentEncoding, byte[] body, int maxBytes) {
    String coding =
        contentEncoding == null ? "identity" : contentEncoding.trim().toLowerCase(Locale.ROOT);
    try {
      return switch (coding) {
        case "", "identity" -> new Decoded(body, null);
        case "gzip", "x-gzip" ->
            inflate(new GZIPInputStream(new ByteArrayInputStream(body)), body.length, maxBytes);
        case "deflate" -> inflate(deflate(body), body.length, maxBytes);
        case "br" ->
            inflate(new BrotliInputStream(new ByteArrayInputStream(body)), body.length, maxBytes);
        case "zstd" ->
            inflate(
                new ZstdInputStream(new ByteArrayInputStream(body)).setContinuous(true),
                body.length,
                maxBytes);
        default -> new Decoded(body, Notes.NOT_DECODED);
      };
    } catch (IOException e) {
      return new Decoded(new byte[0], Notes.UNPARSED);
    }
  }

  /** Most servers send the zlib form, some the bare one. */
  private static InputStream deflate(byte[] body) {
    boolean zlib =
        body.length >= 2
            && (body[0] & 0x0F) == 8
            && (((body[0] & 0xFF) << 8) | (body[1] & 0xFF)) % 31 == 0;
    return new InflaterInputStream(new ByteArrayInputStream(body), new Inflater(!zlib));
  }

  private static Decoded inflate(InputStream coded, int codedLength, int maxBytes) {
    long ratioMax = Math.max(RATIO_FREE_BYTES, (long) codedLength * RATIO_MAX);
    int limit = (int) Math.min(maxBytes, ratioMax);
    ByteArrayOutputStream plain = new ByteArrayOutputStream(Math.min(limit, 8 * 1024));
    byte[] buffer = new byte[8 * 1024];
    try (coded) {
      int n = coded.read(buffer);
      while (n >= 0) {
        if (plain.size() + n > limit) {
          plain.write(buffer, 0, limit - plain.size());
          return new Decoded(plain.toByteArray(), Notes.TRUNCATED);
        }
        plain.write(buffer, 0, n);
        n = coded.read(buffer);
      }
      return new Decoded(plain.toByteArray(), null);
    } catch (IOException | IllegalStateException e) {
      // Cut or damaged: what came before is still worth showing.
      return new Decoded(plain.toByteArray(), Notes.TRUNCATED);
    }
  }
}
