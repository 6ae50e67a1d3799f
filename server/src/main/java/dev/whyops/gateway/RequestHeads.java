package dev.whyops.gateway;

import dev.whyops.http.ApiException;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Judges the framing of a request: what the decoder found, and what it lets pass. */
final class RequestHeads {
  private RequestHeads() {}

  /** Null when the head is well-formed; else the refusal, after which the connection closes. */
  static @Nullable ApiException fault(HttpRequest request, HttpLimits limits) {
    DecoderResult result = request.decoderResult();
    if (result.isFailure()) {
      return decoderFault(result.cause());
    }
    HttpVersion version = request.protocolVersion();
    if (!version.equals(HttpVersion.HTTP_1_1) && !version.equals(HttpVersion.HTTP_1_0)) {
      return bad("The protocol version is not served.");
    }
    HttpHeaders headers = request.headers();
    ApiException tooLarge = sizeFault(headers, limits);
    if (tooLarge != null) {
      return tooLarge;
    }
    ApiException framing = framingFault(headers, version.equals(HttpVersion.HTTP_1_0));
    return framing != null ? framing : hostFault(headers, version, request.uri());
  }

  static ApiException decoderFault(Throwable cause) {
    if (cause instanceof TooLongHttpLineException) {
      return new ApiException(414, "uri_too_long", "The request line is too long.");
    }
    if (cause instanceof TooLongHttpHeaderException) {
      return headersTooLarge();
    }
    return bad("The request is not valid HTTP/1.1.");
  }

  private static @Nullable ApiException sizeFault(HttpHeaders headers, HttpLimits limits) {
    int count = 0;
    Iterator<Map.Entry<CharSequence, CharSequence>> all = headers.iteratorCharSequence();
    while (all.hasNext()) {
      Map.Entry<CharSequence, CharSequence> header = all.next();
      count++;
      if (header.getKey().length() + header.getValue().length() > limits.headerMax()) {
        return headersTooLarge();
      }
    }
    return count > limits.headerCountMax() ? headersTooLarge() : null;
  }

  private static @Nullable ApiException framingFault(HttpHeaders headers, boolean http10) {
    List<String> lengths = headers.getAll("content-length");
    List<String> codings = headers.getAll("transfer-encoding");
    if (!codings.isEmpty()) {
      boolean plain = codings.size() == 1 && codings.getFirst().equalsIgnoreCase("chunked");
      if (http10 || !plain || !lengths.isEmpty()) {
        return bad("The Transfer-Encoding is not valid here.");
      }
    }
    if (lengths.size() > 1 || !lengths.isEmpty() && !isLength(lengths.getFirst())) {
      return bad("The Content-Length is not valid.");
    }
    return null;
  }

  private static boolean isLength(String text) {
    return !text.isEmpty()
        && text.length() <= 18
        && text.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  private static @Nullable ApiException hostFault(
      HttpHeaders headers, HttpVersion version, String uri) {
    List<String> hosts = headers.getAll("host");
    if (hosts.size() > 1 || hosts.isEmpty() && version.equals(HttpVersion.HTTP_1_1)) {
      return bad("The request needs exactly one Host header.");
    }
    if (!hosts.isEmpty() && uri.startsWith("/") && !isHost(hosts.getFirst())) {
      return bad("The Host header is malformed.");
    }
    return null;
  }

  private static boolean isHost(String host) {
    for (int i = 0; i < host.length(); i++) {
      char c = host.charAt(i);
      if (c <= ' ' || c >= 0x7f || c == '/' || c == '?' || c == '#' || c == '@' || c == '\\') {
        return false;
      }
    }
    return true;
  }

  private static ApiException headersTooLarge() {
    return new ApiException(431, "headers_too_large", "The head of the request is too large.");
  }

  private static ApiException bad(String message) {
    return new ApiException(400, "bad_request", message);
  }
}
