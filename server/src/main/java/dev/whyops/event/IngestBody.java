package dev.whyops.event;

import dev.whyops.endpoint.Request;
import dev.whyops.http.ApiException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.LongConsumer;
import java.util.zip.GZIPInputStream;

/** Makes text of an ingest body: content type, content coding, size, strict UTF-8. */
public final class IngestBody {
  private static final int RATIO_FREE_BYTES = 64 * 1024;

  /** What a reader that is not strict puts for bytes that are no UTF-8. */
  private static final char REPLACEMENT = '\uFFFD';

  private IngestBody() {}

  /**
   * The text of a request's body.
   *
   * @param size as for {@link #plain}
   */
  static String text(Request request, LongConsumer size) {
    return text(
        request.header("content-type").orElse("application/json"),
        request.header("content-encoding").orElse(""),
        request.body(),
        size);
  }

  static String text(String contentType, String contentEncoding, byte[] body, LongConsumer size) {
    String type = contentType.toLowerCase(Locale.ROOT).split(";", 2)[0].strip();
    if (type.contains("ndjson") || type.contains("jsonl") || type.startsWith("multipart/")) {
      throw new ApiException(
          415, "unsupported_media_type", "Send application/json: one event or an array of events.");
    }
    return decode(plain(contentEncoding, body, size));
  }

  /**
   * Undoes the content coding.
   *
   * @param size told before a body is held without its coding; may refuse it
   * @throws ApiException 415, 413 or 400
   */
  public static byte[] plain(String contentEncoding, byte[] body, LongConsumer size) {
    byte[] plain =
        switch (contentEncoding.toLowerCase(Locale.ROOT).strip()) {
          case "", "identity" -> body;
          case "gzip", "x-gzip" -> gunzip(body, size);
          default ->
              throw new ApiException(
                  415, "unsupported_encoding", "Content-Encoding may be gzip or absent.");
        };
    if (plain.length > IngestLimits.BODY_BYTES_MAX) {
      throw tooLarge();
    }
    return plain;
  }

  /** Strictly. The platform's decoder would hold all of the text a second time, as characters. */
  private static String decode(byte[] plain) {
    int bom =
        plain.length >= 3
                && plain[0] == (byte) 0xEF
                && plain[1] == (byte) 0xBB
                && plain[2] == (byte) 0xBF
            ? 3
            : 0;
    String text = new String(plain, bom, plain.length - bom, StandardCharsets.UTF_8);
    if (text.indexOf(REPLACEMENT) >= 0 && !isUtf8(plain)) {
      throw new ApiException(400, "validation_failed", "The body is not valid UTF-8.");
    }
    return text;
  }

  private static boolean isUtf8(byte[] text) {
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    ByteBuffer in = ByteBuffer.wrap(text);
    CharBuffer out = CharBuffer.allocate(8 * 1024);
    CoderResult result = decoder.decode(in, out, true);
    while (result.isOverflow()) {
      out.clear();
      result = decoder.decode(in, out, true);
    }
    return result.isUnderflow();
  }

  /** Finds the size first: so much is allocated, and nothing that there is no room for. */
  private static byte[] gunzip(byte[] body, LongConsumer size) {
    long ratioMax = Math.max(RATIO_FREE_BYTES, (long) body.length * IngestLimits.GZIP_RATIO_MAX);
    long max = Math.min(IngestLimits.BODY_BYTES_MAX, ratioMax);
    long plainSize = GzipMembers.plainSize(body, max);
    if (plainSize > max) {
      throw tooLarge();
    }
    if (plainSize < 0) {
      throw damaged();
    }
    size.accept(plainSize);
    byte[] plain = new byte[(int) plainSize];
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(body), 8 * 1024)) {
      if (in.readNBytes(plain, 0, plain.length) < plain.length || in.read() >= 0) {
        throw damaged();
      }
    } catch (IOException e) {
      throw damaged();
    }
    return plain;
  }

  private static ApiException damaged() {
    return new ApiException(
        400,
        "validation_failed",
        "The gzip body is damaged or cut, or other bytes follow its end.");
  }

  private static ApiException tooLarge() {
    return new ApiException(
        413, "body_too_large", "An ingest body may be 8 MiB, after decompression too.");
  }
}
