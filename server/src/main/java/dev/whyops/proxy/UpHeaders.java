package dev.whyops.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * Which request headers go up: all end-to-end ones, as they came and in their order, but those that
 * belong to this hop, to us, or carry a credential.
 */
final class UpHeaders {
  /** Dropped whatever the client says. Names with a prefix are judged by {@link #isDropped}. */
  private static final AsciiString[] DROPPED =
      table(
          "host",
          "connection",
          "keep-alive",
          "proxy-connection",
          "proxy-authenticate",
          "proxy-authorization",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade",
          "http2-settings",
          "expect",
          "content-length",
          "authorization",
          "x-api-key",
          "api-key",
          "cookie",
          "cookie2",
          "forwarded",
          "x-real-ip",
          "x-agent-name",
          "x-trace-id",
          "x-thread-id",
          "x-external-user-id");

  private UpHeaders() {}

  /** Names that the client declared to be for this hop only. */
  static List<String> namedByConnection(HttpHeaders headers) {
    List<String> named = List.of();
    for (String value : headers.getAll("connection")) {
      for (String name : value.split(",", -1)) {
        String trimmed = name.strip();
        if (!isCommonToken(trimmed)) {
          named = new ArrayList<>(named);
          named.add(trimmed);
        }
      }
    }
    return named;
  }

  private static boolean isCommonToken(String token) {
    return token.isEmpty()
        || token.equalsIgnoreCase("keep-alive")
        || token.equalsIgnoreCase("close")
        || token.equalsIgnoreCase("upgrade");
  }

  /**
   * @param identityOnly the answer may have to be changed, so it must come uncoded
   * @param bodyDecoded the body goes up without the coding it came with
   */
  static void write(HttpHeaders headers, ByteBuf out, boolean identityOnly, boolean bodyDecoded) {
    List<String> named = headers.contains("connection") ? namedByConnection(headers) : List.of();
    Iterator<Map.Entry<CharSequence, CharSequence>> all = headers.iteratorCharSequence();
    while (all.hasNext()) {
      Map.Entry<CharSequence, CharSequence> header = all.next();
      CharSequence name = header.getKey();
      if (isDropped(name)
          || !named.isEmpty() && isNamed(named, name)
          || identityOnly && AsciiString.contentEqualsIgnoreCase(name, "accept-encoding")
          || bodyDecoded && AsciiString.contentEqualsIgnoreCase(name, "content-encoding")) {
        continue;
      }
      line(out, name, header.getValue());
    }
    if (identityOnly) {
      line(out, "accept-encoding", "identity");
    }
  }

  static void line(ByteBuf out, CharSequence name, CharSequence value) {
    latin1(out, name);
    out.writeByte(':').writeByte(' ');
    latin1(out, value);
    out.writeByte('\r').writeByte('\n');
  }

  /** The codec made one character of each byte, so this gives the bytes back. */
  static void latin1(ByteBuf out, CharSequence text) {
    if (text instanceof AsciiString ascii) {
      out.writeBytes(ascii.array(), ascii.arrayOffset(), ascii.length());
    } else {
      out.writeCharSequence(text, StandardCharsets.ISO_8859_1);
    }
  }

  static boolean isDropped(CharSequence name) {
    AsciiString candidate = DROPPED[slot(name)];
    int slot = slot(name);
    while (candidate != null) {
      if (AsciiString.contentEqualsIgnoreCase(candidate, name)) {
        return true;
      }
      slot = slot + 1 & DROPPED.length - 1;
      candidate = DROPPED[slot];
    }
    return startsWith(name, "x-whyops-")
        || startsWith(name, "x-forwarded-")
        || startsWith(name, "proxy-");
  }

  private static boolean startsWith(CharSequence name, String prefix) {
    return name.length() >= prefix.length()
        && (name.charAt(0) | 0x20) == prefix.charAt(0)
        && AsciiString.regionMatchesAscii(name, true, 0, prefix, 0, prefix.length());
  }

  private static boolean isNamed(List<String> named, CharSequence name) {
    for (String candidate : named) {
      if (AsciiString.contentEqualsIgnoreCase(candidate, name)) {
        return true;
      }
    }
    return false;
  }

  private static int slot(CharSequence name) {
    return AsciiString.hashCode(name) & 127;
  }

  /** An open hash table, so that a look-up makes no object. */
  private static AsciiString[] table(String... names) {
    AsciiString[] table = new AsciiString[128];
    for (String name : names) {
      int slot = slot(name);
      while (table[slot] != null) {
        slot = slot + 1 & 127;
      }
      table[slot] = AsciiString.cached(name);
    }
    return table;
  }
}
