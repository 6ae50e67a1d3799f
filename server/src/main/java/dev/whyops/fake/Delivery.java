package dev.whyops.fake;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Puts one reply on the wire with the framing and the faults of its script. Used once, by one
 * thread.
 */
final class Delivery {
  /** Waits, and throws when the peer has gone meanwhile. */
  interface Pause {
    void pause(long ms) throws IOException, InterruptedException;
  }

  private static final long NEVER = Long.MAX_VALUE;
  private static final long FOR_EVER_MS = 3_600_000;

  private final Socket socket;
  private final OutputStream out;
  private final Script script;
  private final Pause pause;
  private final MessageDigest digest = Wire.sha256();
  private final Lines lines;
  private long sent;
  private boolean chunked;
  private boolean closes;
  private boolean broken;

  Delivery(Socket socket, OutputStream out, Script script, Pause pause) {
    this.socket = socket;
    this.out = out;
    this.script = script;
    this.pause = pause;
    this.lines = new Lines(script);
  }

  boolean closesConnection() {
    return closes;
  }

  /** True when the script ended the exchange before its end. */
  boolean brokenOff() {
    return broken;
  }

  Seen.End end(Seen.End.Kind kind) {
    return end(kind, 0);
  }

  /**
   * @param goneAtNanos when the reader saw the peer go; 0 when it was the write that failed
   */
  Seen.End end(Seen.End.Kind kind, long goneAtNanos) {
    return new Seen.End(
        kind,
        goneAtNanos == 0 ? System.nanoTime() : goneAtNanos,
        sent,
        HexFormat.of().formatHex(digest.digest()));
  }

  void send(Reply reply, String method) throws IOException, InterruptedException {
    boolean empty = script.has("empty") || reply.status() == 204 || method.equals("HEAD");
    byte[] body = empty ? new byte[0] : reply.body();
    String coding = script.word("coding");
    if (body != null && coding != null) {
      ByteArrayOutputStream coded = new ByteArrayOutputStream();
      try (OutputStream coder = Coding.open(coding, coded)) {
        coder.write(body);
      }
      body = coded.toByteArray();
    }
    writeHead(reply, body);
    pause.pause(script.number("lead", 0));
    if (body != null) {
      write(body, 0, body.length);
    } else {
      writeFrames(Objects.requireNonNull(reply.frames()), coding);
    }
    if (broken) {
      return;
    }
    if (chunked) {
      out.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    }
    int extra = script.count("extra", 0);
    if (extra > 0) {
      out.write("x".repeat(extra).getBytes(StandardCharsets.US_ASCII));
    }
    out.flush();
    if (closes) {
      socket.shutdownOutput();
    }
  }

  private void writeHead(Reply reply, byte @Nullable [] body) throws IOException {
    StringBuilder head = new StringBuilder();
    for (int i = 0; i < script.count("informational", 0); i++) {
      head.append("HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n");
    }
    head.append("HTTP/1.1 ").append(reply.status()).append(" .\r\n");
    for (Map.Entry<String, String> header : reply.headers()) {
      head.append(header.getKey()).append(": ").append(header.getValue()).append("\r\n");
    }
    String coding = script.word("coding");
    if (coding != null) {
      head.append("content-encoding: ").append(coding).append("\r\n");
    }
    int big = script.count("bighead", 0);
    if (big > 0) {
      head.append("x-big: ").append("b".repeat(big)).append("\r\n");
    }
    closes = script.has("length") || script.has("extra");
    if ("close".equals(script.word("framing"))) {
      closes = true;
      head.append("connection: close\r\n");
    } else if (body != null && reply.status() != 204) {
      head.append("content-length: ")
          .append(body.length + script.count("length", 0))
          .append("\r\n");
    } else if (body == null) {
      chunked = true;
      head.append("transfer-encoding: chunked\r\n");
    }
    head.append("\r\n");
    out.write(head.toString().getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  private void writeFrames(Iterator<Reply.Frame> frames, @Nullable String coding)
      throws IOException, InterruptedException {
    long pauseMs = script.number("pause", 0);
    ByteArrayOutputStream coded = new ByteArrayOutputStream();
    OutputStream coder = coding == null ? coded : Coding.open(coding, coded);
    byte[] opening = lines.opening();
    coder.write(opening);
    while (frames.hasNext() && !broken) {
      Reply.Frame frame = frames.next();
      if (frame.paced()) {
        pause.pause(pauseMs);
      }
      coder.write(lines.frame(frame, !frames.hasNext()));
      coder.flush();
      byte[] piece = coded.toByteArray();
      coded.reset();
      write(piece, 0, piece.length);
    }
    coder.close();
    if (!broken && coded.size() > 0) {
      write(coded.toByteArray(), 0, coded.size());
    }
  }

  /** Writes body bytes in the pieces that the script wants, up to where it breaks off. */
  private void write(byte[] bytes, int from, int to) throws IOException, InterruptedException {
    long stopAt = Math.min(at("reset"), Math.min(at("fin"), at("silence")));
    int cut = script.count("cut", Integer.MAX_VALUE);
    long cutAt = at("cutat");
    int position = from;
    while (position < to && !broken) {
      int end = (int) Math.min((long) position + cut, to);
      if (sent < cutAt && sent + (end - position) > cutAt) {
        end = position + (int) (cutAt - sent);
      }
      if (sent + (end - position) > stopAt) {
        end = position + (int) (stopAt - sent);
      }
      if (end > position) {
        piece(bytes, position, end);
      }
      position = end;
      if (sent == stopAt) {
        breakOff();
      }
    }
  }

  private long at(String word) {
    return script.number(word, NEVER);
  }

  private void piece(byte[] bytes, int from, int to) throws IOException {
    if (chunked) {
      byte[] size = (Integer.toHexString(to - from) + "\r\n").getBytes(StandardCharsets.US_ASCII);
      byte[] framed = new byte[size.length + (to - from) + 2];
      System.arraycopy(size, 0, framed, 0, size.length);
      System.arraycopy(bytes, from, framed, size.length, to - from);
      framed[framed.length - 2] = '\r';
      framed[framed.length - 1] = '\n';
      out.write(framed);
    } else {
      out.write(bytes, from, to - from);
    }
    out.flush();
    digest.update(bytes, from, to - from);
    sent += to - from;
  }

  private void breakOff() throws IOException, InterruptedException {
    broken = true;
    if (script.has("silence")) {
      pause.pause(FOR_EVER_MS);
    } else if (script.has("reset")) {
      socket.setSoLinger(true, 0);
      socket.close();
    } else {
      socket.shutdownOutput();
    }
  }

  /** Random bytes for {@code garbage=n}. */
  static byte[] garbage(long seed, int length) {
    byte[] bytes = new byte[length];
    new SplittableRandom(seed).nextBytes(bytes);
    return bytes;
  }
}
