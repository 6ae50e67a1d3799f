package dev.whyops.fake;

import com.github.luben.zstd.ZstdOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;

/** Content codings that the provider can answer with; each flush ends a decodable piece. */
final class Coding {
  private Coding() {}

  static OutputStream open(String coding, OutputStream to) throws IOException {
    return switch (coding) {
      case "gzip" -> new GZIPOutputStream(to, 8 * 1024, true);
      case "deflate" ->
          new DeflaterOutputStream(to, new Deflater(Deflater.BEST_SPEED), 8 * 1024, true);
      case "zstd" -> new ZstdOutputStream(to);
      default -> throw new IOException("unknown coding: " + coding);
    };
  }
}
