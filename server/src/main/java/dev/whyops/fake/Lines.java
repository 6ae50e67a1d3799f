package dev.whyops.fake;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Writes server-sent events with the line ends, comments and byte order mark that are wanted. */
final class Lines {
  private static final String[] MIXED = {"\n", "\r\n", "\r"};

  private final String newline;
  private final boolean comments;
  private final boolean byteOrderMark;
  private final boolean noFinalBlankLine;
  private int frameCount;

  Lines(Script script) {
    String wanted = script.word("newline");
    this.newline = wanted == null ? "lf" : wanted;
    this.comments = script.has("comments");
    this.byteOrderMark = script.has("bom");
    this.noFinalBlankLine = script.has("noblank");
  }

  byte[] opening() {
    return byteOrderMark ? new byte[] {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF} : new byte[0];
  }

  byte[] frame(Reply.Frame frame, boolean last) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(frame.data().length() + 64);
    if (comments) {
      line(bytes, ": keep-alive");
      line(bytes, "id: " + frameCount);
      line(bytes, "retry: 3000");
    }
    if (frame.event() != null) {
      line(bytes, "event: " + frame.event());
    }
    line(bytes, "data: " + frame.data());
    if (!(last && noFinalBlankLine)) {
      line(bytes, "");
    }
    frameCount++;
    return bytes.toByteArray();
  }

  private void line(ByteArrayOutputStream to, String text) {
    to.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    String end =
        switch (newline) {
          case "crlf" -> "\r\n";
          case "cr" -> "\r";
          case "mixed" -> MIXED[frameCount % MIXED.length];
          default -> "\n";
        };
    to.writeBytes(end.getBytes(StandardCharsets.UTF_8));
  }
}
