package dev.whyops.provider;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The event stream format as the WHATWG's HTML standard words it, followed letter by letter on the
 * whole text: slow, and plainly right. Works on any bytes, one character for each.
 */
final class SseReference {
  /** An event that was dispatched, or that the end of the stream cut off. */
  record Told(String name, String data) {}

  private static final String BYTE_ORDER_MARK = "\u00ef\u00bb\u00bf";

  private SseReference() {}

  static List<Told> read(byte[] stream) {
    String text = new String(stream, StandardCharsets.ISO_8859_1);
    text = text.startsWith(BYTE_ORDER_MARK) ? text.substring(3) : text;
    List<Told> told = new ArrayList<>();
    String[] lines = text.replace("\r\n", "\n").replace('\r', '\n').split("\n", -1);
    StringBuilder data = new StringBuilder();
    String type = "";
    for (int i = 0; i < lines.length; i++) {
      String line = lines[i];
      boolean atEnd = i == lines.length - 1;
      if (line.isEmpty() && !atEnd) {
        tell(told, type, data);
        type = "";
        continue;
      }
      int colon = line.indexOf(':');
      String field = colon < 0 ? line : line.substring(0, colon);
      String value = colon < 0 ? "" : line.substring(colon + 1);
      value = value.startsWith(" ") ? value.substring(1) : value;
      if (field.equals("data")) {
        data.append(value).append('\n');
      } else if (field.equals("event")) {
        type = value;
      }
    }
    tell(told, type, data); // ours: what the end cuts off is told too
    return told;
  }

  private static void tell(List<Told> told, String type, StringBuilder data) {
    if (data.length() > 0) {
      told.add(new Told(type.isEmpty() ? "message" : type, data.substring(0, data.length() - 1)));
    }
    data.setLength(0);
  }

  /** The decoder under test, fed in pieces of this length. */
  static List<Told> decoded(byte[] stream, int pieceLength) {
    List<Told> told = new ArrayList<>();
    SseDecoder decoder =
        new SseDecoder(
            e ->
                told.add(
                    new Told(
                        new String(
                            e.name().getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1),
                        new String(e.data(), StandardCharsets.ISO_8859_1))));
    for (int at = 0; at < stream.length; at += pieceLength) {
      decoder.accept(stream, at, Math.min(stream.length, at + pieceLength));
    }
    decoder.finish();
    return told;
  }
}
