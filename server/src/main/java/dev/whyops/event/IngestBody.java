package dev.whyops.event;

import dev.whyops.http.ApiException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.zip.GZIPInputStream;

/** Makes text of an ingest body: content type, content coding, size, strict UTF-8. */
public final class IngestBody {
  private static final int RATIO_FREE_BYTES = 64 * 1024;

  private IngestBody() {}

  static String text(String contentType, String contentEncoding, byte[] body) {
    String type = contentType.toLowerCase(Locale.ROOT).split(";", 2)[0].strip();
    if (type.contains("ndjson") || type.contains("jsonl") || type.startsWith("multipart/")) {
      throw new ApiException(
          415, "unsupported_media_type", "Send application/json: one event or an array of events.");
    }
    return decode(plain(contentEncoding, body));
  }

  /**
   * Undoes the content coding.
   *
   * @throws ApiException 415, 413 or 400
   */
  public static byte[] plain(String contentEncoding, byte[] body) {
    byte[] plain =
        switch (contentEncoding.toLowerCase(Locale.ROOT).strip()) {
          case "", "identity" -> body;
          case "gzip", "x-gzip" -> gunzip(body);
          default ->
              throw new ApiException(
                  415, "unsupported_encoding", "Content-Encoding may be gzip or absent.");
        };
    if (plain.length > IngestLimits.BODY_BYTES_MAX) {
      throw tooLarge();
    }
    return plain;
  }

  private static String decode(byte[] plain) {
    int bom =
        plain.length >= 3
                && plain[0] == (byte) 0xEF
                && plain[1] == (byte) 0xBB
                && plain[2] == (byte) 0xBF
            ? 3
            : 0;
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(plain, bom, plain.length - bom))
          .toString();
    } catch (CharacterCodingException e) {
      throw new ApiException(400, "validation_failed", "The body is not valid UTF-8.");
    }
  }

  private static byte[] gunzip(byte[] body) {
    long ratioMax = Math.max(RATIO_FREE_BYTES, (long) body.length * IngestLimits.GZIP_RATIO_MAX);
    ByteArrayOutputStream plain = new ByteArrayOutputStream(Math.min(body.length * 4, 1 << 20));
    ByteArrayInputStream coded = new ByteArrayInputStream(body);
    try (GZIPInputStream in = new GZIPInputStream(coded, 8 * 1024)) {
      byte[] buffer = new byte[16 * 1024];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        plain.write(buffer, 0, n);
        if (plain.size() > IngestLimits.BODY_BYTES_MAX || plain.size() > ratioMax) {
          throw tooLarge();
        }
      }
    } catch (IOException e) {
      throw new ApiException(400, "validation_failed", "The gzip body is damaged or cut.");
    }
    if (!GzipMembers.fill(body)) {
      throw new ApiException(400, "validation_failed", "Bytes follow the end of the gzip body.");
    }
    return plain.toByteArray();
  }

  private static ApiException tooLarge() {
    return new ApiException(
        413, "body_too_large", "An ingest body may be 8 MiB, after decompression too.");
  }
}
