package dev.whyops.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResponseFramerTest {
  private static final String CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

  /** Notes everything; the relayed chunk framing is taken apart again by {@link #dechunked}. */
  private static final class Sink implements ResponseFramer.Sink {
    private final boolean raw;
    private final ByteArrayOutputStream payload = new ByteArrayOutputStream();
    private final ByteArrayOutputStream relayed = new ByteArrayOutputStream();
    private int heads;
    private int ends;
    private int lasts;
    private boolean surplus;
    private @Nullable String fault;

    Sink(boolean raw) {
      this.raw = raw;
    }

    @Override
    public boolean head(ResponseHead head) {
      heads++;
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
      assertThat(bytes.isReadable()).as("something to pass on").isTrue();
      assertThat(lasts).as("nothing comes after the last").isZero();
      lasts += last ? 1 : 0;
      byte[] copy = new byte[bytes.readableBytes()];
      bytes.readBytes(copy);
      relayed.writeBytes(copy);
      bytes.release();
    }

    @Override
    public void end(boolean more) {
      ends++;
      surplus = more;
    }

    @Override
    public void fault(String why) {
      fault = why;
    }
  }

  private static Sink feed(String wire, int cut, boolean raw) {
    ResponseFramer framer = new ResponseFramer();
    framer.expect(false);
    Sink sink = new Sink(raw);
    for (String part : new String[] {wire.substring(0, cut), wire.substring(cut)}) {
      ByteBuf in = Unpooled.wrappedBuffer(part.getBytes(StandardCharsets.ISO_8859_1));
      framer.feed(in, sink);
      assertThat(in.refCnt()).isEqualTo(1);
      in.release();
    }
    return sink;
  }

  private static String dechunked(String framed) {
    StringBuilder text = new StringBuilder();
    int at = 0;
    while (at < framed.length()) {
      int line = framed.indexOf("\r\n", at);
      int size = Integer.parseInt(framed.substring(at, line), 16);
      text.append(framed, line + 2, line + 2 + size);
      assertThat(framed.substring(line + 2 + size, line + 4 + size)).isEqualTo("\r\n");
      at = line + 4 + size;
    }
    return text.toString();
  }

  @Test
  void findsTheSameHoweverTheBytesAreCut() {
    String wire =
        "HTTP/1.1 103 Early\r\nLink: x\r\n\r\n"
            + CHUNKED
            + "3\r\nabc\r\n0a\r\n0123456789\r\n1;x=\"y\"\r\nz\r\n000\r\nTrailer: 1\r\n\r\n";
    for (int cut = 0; cut <= wire.length(); cut++) {
      for (boolean raw : new boolean[] {true, false}) {
        Sink sink = feed(wire, cut, raw);
        assertThat(sink.fault).as("cut %d", cut).isNull();
        assertThat(sink.heads).isEqualTo(1);
        assertThat(sink.ends).isEqualTo(1);
        assertThat(sink.surplus).isFalse();
        assertThat(sink.payload.toString(StandardCharsets.US_ASCII)).isEqualTo("abc0123456789z");
        String relayed = sink.relayed.toString(StandardCharsets.US_ASCII);
        assertThat(raw ? dechunked(relayed) : relayed).isEqualTo("abc0123456789z");
      }
    }
  }

  @Test
  void findsTheEndOfALengthAndWhatIsBehindIt() {
    String wire = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhelloHTTP";
    for (int cut = 0; cut < wire.length() - 4; cut++) {
      Sink sink = feed(wire, cut, true);
      assertThat(sink.payload.toString(StandardCharsets.US_ASCII)).isEqualTo("hello");
      assertThat(sink.surplus).isTrue();
      assertThat(sink.lasts).isEqualTo(1);
    }
    assertThat(feed("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell", 0, true).lasts).isZero();
  }

  @Test
  void takesNothingOfAHeadBeforeForTheEndOfTheNext() {
    String early = "HTTP/1.1 103 Early Hints\r\n\r\n";
    for (String next : new String[] {"No Content", "No contents"}) { // shorter, and as long
      String both = early + "HTTP/1.1 204 " + next + "\r\n\r\n";
      for (int cut = 0; cut <= both.length(); cut++) {
        Sink sink = feed(both, cut, true);
        assertThat(sink.fault).as("cut %d", cut).isNull();
        assertThat(sink.heads).isEqualTo(1);
        assertThat(sink.ends).isEqualTo(1);
        assertThat(sink.surplus).isFalse();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "g\r\n",
        "-1\r\n",
        "+1\r\n",
        "0x1\r\na\r\n",
        " 1\r\na\r\n",
        "1 x\r\na\r\n",
        "1\na\r\n",
        "12\n",
        "\r\n",
        "\n",
        "ffffffffffffffff\r\n",
        "1\r\nab\r\n",
        "1\r\na\n0\r\n\r\n",
        "1;\rx\r\na\r\n"
      })
  void refusesBadChunks(String chunks) {
    for (int cut = 0; cut <= chunks.length(); cut++) {
      assertThat(feed(CHUNKED + chunks, CHUNKED.length() + cut, true).fault).isNotNull();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "7fffffffffffffff, Its size does not fit",
    "fffffffffffffff, ''",
    "0fffffffffffffff, Its size does not fit",
    "'a ', ''",
    "'a\t \t;x', ''",
    "'A;', ''",
    "'a;\0', It holds NUL"
  })
  void chunkSizesEndWhereTheyEnd(String line, String why) {
    Sink sink = feed(CHUNKED + line.replace("\\t", "\t").replace("\\0", "\0") + "\r\nab", 0, true);
    assertThat(sink.fault == null).as(why).isEqualTo(why.isEmpty());
  }

  @Test
  void boundsTheLineOfAChunkSize() {
    String extension = ";" + "x".repeat(4 * 1024 - "1;\r\n".length());
    for (int cut : new int[] {0, CHUNKED.length() + 100}) {
      Sink fits = feed(CHUNKED + "1" + extension + "\r\na\r\n0\r\n\r\n", cut, true);
      assertThat(fits.fault).isNull();
      assertThat(fits.ends).isEqualTo(1);
      Sink longer = feed(CHUNKED + "1" + extension + "x\r\na\r\n0\r\n\r\n", cut, true);
      assertThat(longer.fault).isEqualTo("A chunk size line is too long.");
    }
  }

  @Test
  void keepsPlainChunksAndWritesOthersAnew() {
    String plain = "aF\r\n" + "x".repeat(175) + "\r\n00B\r\n0123456789a\r\n";
    Sink sink = feed(CHUNKED + plain + "3;e\r\nabc\r\n0\r\n\r\n", 0, true);
    assertThat(sink.relayed.toString(StandardCharsets.US_ASCII)).isEqualTo(plain + "3\r\nabc\r\n");
    assertThat(sink.lasts).isEqualTo(1);
  }

  @Test
  void aBodyWithoutALengthEndsWithTheConnection() {
    ResponseFramer framer = new ResponseFramer();
    framer.expect(false);
    Sink sink = new Sink(true);
    assertThat(framer.atBodyUntilClose()).isFalse();
    for (String part : new String[] {"HTTP/1.1 200 OK\r\n\r\nhel", "lo"}) {
      ByteBuf in = Unpooled.wrappedBuffer(part.getBytes(StandardCharsets.US_ASCII));
      framer.feed(in, sink);
      in.release();
    }
    assertThat(framer.atBodyUntilClose()).isTrue();
    assertThat(sink.payload.toString(StandardCharsets.US_ASCII)).isEqualTo("hello");
    assertThat(sink.relayed.toString(StandardCharsets.US_ASCII)).isEqualTo("hello");
    assertThat(sink.ends).isZero();
    framer.closed(sink);
    assertThat(sink.ends).isEqualTo(1);
    assertThat(sink.surplus).isFalse();
    assertThat(framer.atBodyUntilClose()).isFalse();
  }

  @Test
  void boundsTheHead() {
    String start = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nx: ";
    String fits = start + "y".repeat(ResponseHead.BYTES_MAX - start.length() - 4) + "\r\n\r\n";
    assertThat(feed(fits, 1, true).fault).isNull();
    assertThat(feed(fits, 1, true).ends).isEqualTo(1);
    String one = start + "y".repeat(ResponseHead.BYTES_MAX - start.length() - 3) + "\r\n\r\n";
    assertThat(feed(one, 0, true).fault).isEqualTo("Its head is too large.");
    String longer = start + "y".repeat(2 * ResponseHead.BYTES_MAX) + "\r\n\r\n";
    assertThat(feed(longer, 1, true).fault).isEqualTo("Its head is too large.");
  }

  @Test
  void refusesWhatIsNoAnswer() {
    assertThat(feed("HTTP/1.1 101 Switching\r\n\r\n", 0, true).fault)
        .isEqualTo("It switches protocols unasked.");
    assertThat(feed("SSH-2.0 x\r\n\r\n", 0, true).fault).isNotNull();
    for (String broken : new String[] {"x: y\rz", "x: y\r\n\rz: 1", "x: y\r\r\n"}) {
      assertThat(feed("HTTP/1.1 200 OK\r\n" + broken + "\r\n\r\n", 0, true).fault).isNotNull();
    }
  }

  @Test
  void boundsTrailersAndDoesNotUseAConnectionAgainThatSendsNoise() {
    String body = CHUNKED + "1\r\na\r\n0\r\n";
    assertThat(feed(body + "x: y\r\n\r\n", 0, true).surplus).isFalse();
    assertThat(feed(body + "x: " + "y".repeat(5_000) + "\r\n\r\n", 0, true).surplus).isFalse();
    Sink noise = feed(body + "x: \0\r\n\r\n", 0, true);
    assertThat(noise.ends).isEqualTo(1);
    assertThat(noise.surplus).isTrue();
    assertThat(feed(body + "\r\nHTTP", 0, true).surplus).isTrue();
    for (String trailers : new String[] {"\n", "x\ry\n", "x\ny", "\r", "x\r\r\n\ny", "\ry"}) {
      Sink odd = feed(body + trailers + "\r\n\r\n", 0, true);
      assertThat(odd.ends).as(trailers).isEqualTo(1);
      assertThat(odd.surplus).isFalse();
    }
    Sink endless = feed(body + "x".repeat(100_000), 0, true);
    assertThat(endless.fault).isEqualTo("Its trailers are too large.");
  }

  @ParameterizedTest
  @CsvSource({"204, false, 1", "304, false, 1", "200, true, 1", "200, false, 0"})
  void someAnswersHaveNoBody(int status, boolean toHead, int ends) {
    ResponseFramer framer = new ResponseFramer();
    framer.expect(toHead);
    Sink sink = new Sink(true);
    String wire = "HTTP/1.1 " + status + " X\r\nContent-Length: 9\r\n\r\n";
    ByteBuf in = Unpooled.wrappedBuffer(wire.getBytes(StandardCharsets.US_ASCII));
    framer.feed(in, sink);
    in.release();
    assertThat(sink.ends).isEqualTo(ends);
  }
}
