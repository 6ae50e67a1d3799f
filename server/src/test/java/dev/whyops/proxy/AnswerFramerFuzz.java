package dev.whyops.proxy;

import dev.whyops.fuzz.Oracle;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.util.HexFormat;

/** Providers' answers: split anywhere they are one and the same, and what is relayed is whole. */
public final class AnswerFramerFuzz {
  private AnswerFramerFuzz() {}

  private static final class Noted implements ResponseFramer.Sink {
    private final boolean raw;
    private final ByteArrayOutputStream payload = new ByteArrayOutputStream();
    private final ByteArrayOutputStream relayed = new ByteArrayOutputStream();
    private final StringBuilder steps = new StringBuilder();

    Noted(boolean raw) {
      this.raw = raw;
    }

    @Override
    public boolean head(ResponseHead head) {
      steps.append("head ").append(head.status()).append(head.framing()).append(' ');
      return raw;
    }

    @Override
    public void payload(ByteBuf buffer, int index, int length) {
      byte[] bytes = new byte[length];
      buffer.getBytes(index, bytes);
      payload.writeBytes(bytes);
    }

    @Override
    public void relay(ByteBuf bytes, boolean last) {
      byte[] copy = new byte[bytes.readableBytes()];
      bytes.readBytes(copy);
      relayed.writeBytes(copy);
      bytes.release();
    }

    @Override
    public void end(boolean surplus) {
      steps.append("end ");
    }

    @Override
    public void fault(String why) {
      steps.append("fault ");
    }

    String all() {
      return steps + HexFormat.of().formatHex(payload.toByteArray());
    }
  }

  private static Noted fed(byte[] data, int pieceLength, boolean raw) {
    ResponseFramer framer = new ResponseFramer();
    Noted noted = new Noted(raw);
    framer.expect(false);
    ByteBuf all = Unpooled.wrappedBuffer(data);
    while (all.isReadable()) {
      framer.feed(all.readSlice(Math.min(pieceLength, all.readableBytes())), noted);
    }
    return noted;
  }

  public static void fuzzerTestOneInput(byte[] data) {
    Noted whole = fed(data, data.length + 1, false);
    Oracle.check(
        HexFormat.of()
            .formatHex(whole.payload.toByteArray())
            .equals(HexFormat.of().formatHex(whole.relayed.toByteArray())),
        "relayed payload");
    for (int pieceLength : new int[] {1, 5}) {
      Oracle.same(whole.all(), fed(data, pieceLength, false).all(), "answer");
    }
    // With its framing kept, what goes on is read by the next one as the same payload.
    Noted raw = fed(data, 3, true);
    Oracle.same(whole.all(), raw.all(), "answer with its framing");
    if (whole.steps.toString().contains("CHUNKED end")) {
      ByteArrayOutputStream again = new ByteArrayOutputStream();
      again.writeBytes("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".getBytes());
      again.writeBytes(raw.relayed.toByteArray());
      again.writeBytes("0\r\n\r\n".getBytes());
      Noted next = fed(again.toByteArray(), again.size(), false);
      Oracle.check(next.steps.toString().endsWith("end "), "end of what is relayed");
      Oracle.same(
          HexFormat.of().formatHex(whole.payload.toByteArray()),
          HexFormat.of().formatHex(next.payload.toByteArray()),
          "payload after the relay");
    }
  }
}
