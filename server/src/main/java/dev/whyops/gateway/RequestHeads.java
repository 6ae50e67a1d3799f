package dev.whyops.gateway;

import dev.whyops.http.ApiException;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.util.Iterator;
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
    if (!isTarget(request.uri())) {
      return bad("The request target holds what a URL cannot.");
    }
    HttpHeaders headers = request.headers();
    ApiException tooLarge = sizeFault(headers, limits);
    if (tooLarge != null) {
      return tooLarge;
    }
    ApiException framing = framingFault(headers, version.equals(HttpVersion.HTTP_1_0));
    return framing != null ? framing : hostFault(headers, version, request.uri());
  }

  /** Visible ASCII only: nothing else would reach the provider as it was sent. */
  private static boolean isTarget(String uri) {
    for (int i = 0; i < uri.length(); i++) {
      if (uri.charAt(i) <= ' ' || uri.charAt(i) >= 0x7f) {
        return false;
      }
    }
    return !uri.isEmpty();
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
    Iterator<String> lengths = headers.valueStringIterator(HttpHeaderNames.CONTENT_LENGTH);
    Iterator<String> codings = headers.valueStringIterator(HttpHeaderNames.TRANSFER_ENCODING);
    if (codings.hasNext()) {
      boolean plain = codings.next().equalsIgnoreCase("chunked") && !codings.hasNext();
      if (http10 || !plain || lengths.hasNext()) {
        return bad("The Transfer-Encoding is not valid here.");
      }
    }
    if (lengths.hasNext() && (!isLength(lengths.next()) || lengths.hasNext())) {
      return bad("The Content-Length is not valid.");
    }
    return null;
  }

  private static boolean isLength(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return false;
      }
    }
    return !text.isEmpty() && text.length() <= 18;
  }

  private static @Nullable ApiException hostFault(
      HttpHeaders headers, HttpVersion version, String uri) {
    Iterator<String> hosts = headers.valueStringIterator(HttpHeaderNames.HOST);
    if (!hosts.hasNext()) {
      return version.equals(HttpVersion.HTTP_1_1)
          ? bad("The request needs exactly one Host header.")
          : null;
    }
    String host = hosts.next();
    if (hosts.hasNext()) {
      return bad("The request needs exactly one Host header.");
    }
    return uri.startsWith("/") && !isHost(host) ? bad("The Host header is malformed.") : null;
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
