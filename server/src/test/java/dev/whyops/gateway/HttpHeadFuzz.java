package dev.whyops.gateway;

import dev.whyops.fuzz.Oracle;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/** Clients' requests: split anywhere they are one and the same, and none is taken two ways. */
public final class HttpHeadFuzz {
  private HttpHeadFuzz() {}

  public static void fuzzerTestOneInput(byte[] data) {
    String whole = read(data, data.length + 1);
    Oracle.same(whole, read(data, 1), "requests");
    Oracle.same(whole, read(data, 9), "requests");
  }

  /** All requests up to the first fault, each with its body; a fault ends the connection. */
  private static String read(byte[] data, int pieceLength) {
    HttpLimits limits = HttpLimits.DEFAULT;
    EmbeddedChannel channel =
        new EmbeddedChannel(new StrictRequestDecoder(limits, new Patience(limits)));
    StringBuilder seen = new StringBuilder();
    try {
      for (int at = 0; at < data.length; at += pieceLength) {
        int to = Math.min(data.length, at + pieceLength);
        channel.writeInbound(Unpooled.wrappedBuffer(Arrays.copyOfRange(data, at, to)));
        for (Object part = channel.readInbound(); part != null; part = channel.readInbound()) {
          boolean goesOn = note(part, limits, seen);
          ReferenceCountUtil.release(part);
          if (!goesOn) {
            return seen.append("fault").toString();
          }
        }
      }
      return seen.toString();
    } finally {
      channel.finishAndReleaseAll();
    }
  }

  private static boolean note(Object part, HttpLimits limits, StringBuilder seen) {
    if (part instanceof HttpRequest request) {
      if (RequestHeads.fault(request, limits) != null) {
        return false;
      }
      checkTaken(request);
      seen.append(request.method()).append(' ').append(request.uri()).append(' ');
      seen.append(request.protocolVersion()).append(request.headers().entries()).append(' ');
      return true;
    }
    HttpContent content = (HttpContent) part;
    if (content.decoderResult().isFailure()) {
      return false;
    }
    seen.append(content.content().toString(StandardCharsets.ISO_8859_1));
    seen.append(content instanceof LastHttpContent ? "\n" : "");
    return true;
  }

  /** What no request that is taken may have. */
  private static void checkTaken(HttpRequest request) {
    HttpHeaders headers = request.headers();
    Oracle.check(
        !(headers.contains("content-length") && headers.contains("transfer-encoding")),
        "two framings");
    Oracle.check(headers.getAll("content-length").size() <= 1, "two lengths");
    Oracle.check(headers.getAll("transfer-encoding").size() <= 1, "two codings");
    Oracle.check(headers.getAll("host").size() <= 1, "two hosts");
    for (Map.Entry<String, String> header : headers) {
      Oracle.check(header.getKey().chars().allMatch(c -> c > ' ' && c < 0x7f), "name");
      Oracle.check(
          header.getValue().chars().noneMatch(c -> c == 0 || c == '\r' || c == '\n'), "value");
    }
    Oracle.check(request.uri().chars().allMatch(c -> c > ' '), "target");
  }
}
