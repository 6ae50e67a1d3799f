package dev.whyops.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SseDecoderTest {
  private record Told(String name, String data) {}

  @Test
  @DisplayName("PX-60 CR, LF, CRLF, mark, comments, id and retry follow the standard")
  void followsTheStandard() {
    String stream =
        "\uFEFF: hello\r\nid: 1\revent: a\ndata: one\r\ndata:two\r\rretry: 5\ndata\n\n"
            + "event: gone\n\ndata:  three\n\n";
    assertThat(told(stream))
        .containsExactly(
            new Told("a", "one\ntwo"), new Told("message", ""), new Told("message", " three"));
  }

  @Test
  @DisplayName("PX-60 C8 an event without its blank line is told as unfinished")
  void tellsTheUnfinishedLastEvent() {
    List<SseDecoder.Event> events = events("data: a\n\ndata: b".getBytes(StandardCharsets.UTF_8));
    assertThat(events).extracting(SseDecoder.Event::unfinished).containsExactly(false, true);
    assertThat(events.getLast().data()).asString().isEqualTo("b");
  }

  @Test
  @DisplayName("PX-62 an event of 100 MB is cut at 1 MiB in linear time")
  void cutsGiantEvents() {
    List<SseDecoder.Event> events = new ArrayList<>();
    SseDecoder decoder = new SseDecoder(events::add);
    byte[] piece = new byte[1 << 20];
    Arrays.fill(piece, (byte) 'x');
    decoder.accept("data: ".getBytes(StandardCharsets.UTF_8));
    long started = System.nanoTime();
    for (int i = 0; i < 100; i++) {
      decoder.accept(piece);
    }
    decoder.accept("\n\ndata: next\n\n".getBytes(StandardCharsets.UTF_8));
    assertThat(System.nanoTime() - started).isLessThan(2_000_000_000L);
    assertThat(events).hasSize(2);
    assertThat(events.getFirst().truncated()).isTrue();
    assertThat(events.getFirst().data()).hasSize(SseDecoder.EVENT_MAX_BYTES);
    assertThat(events.getLast().truncated()).isFalse();
  }

  @Test
  @DisplayName("PX-60 what only begins like a byte order mark belongs to the first line")
  void dropsAWholeMarkOnly() {
    byte[] mark = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};
    byte[] event = "data: a\n\n".getBytes(StandardCharsets.UTF_8);
    for (int seen = 0; seen <= mark.length; seen++) {
      byte[] stream = Arrays.copyOf(mark, seen + event.length);
      System.arraycopy(event, 0, stream, seen, event.length);
      for (int piece = 1; piece <= stream.length; piece++) {
        assertThat(tell(stream, piece))
            .as("%d bytes of the mark, in pieces of %d", seen, piece)
            .hasSize(seen == 0 || seen == mark.length ? 1 : 0);
      }
      assertThat(tell(Arrays.copyOf(mark, seen), 1)).isEmpty();
    }
  }

  @Test
  void readsOnlyWhatItIsShown() {
    List<SseDecoder.Event> events = new ArrayList<>();
    SseDecoder decoder = new SseDecoder(events::add);
    byte[] bytes = "data: no\n\ndata: yes\n\ndata: no\n\n".getBytes(StandardCharsets.UTF_8);
    decoder.accept(bytes, 10, 21);
    decoder.finish();
    assertThat(events).hasSize(1);
    assertThat(events.getFirst().data()).asString().isEqualTo("yes");
  }

  @Test
  @DisplayName("PX-62 an event of exactly 1 MiB is whole; a byte more, in one line or two, is cut")
  void cutsAtExactlyTheBound() {
    int most = SseDecoder.EVENT_MAX_BYTES;
    assertThat(sizes(most)).containsExactly("1048576 whole");
    assertThat(sizes(most + 1)).containsExactly("1048576 cut");
    assertThat(sizes(most / 2, most / 2 - 1)).containsExactly("1048576 whole");
    assertThat(sizes(most / 2, most / 2)).containsExactly("1048576 cut");
  }

  /** What is told of an event of lines of these lengths, behind another one. */
  private static List<String> sizes(int... lines) {
    StringBuilder stream = new StringBuilder("data: before\n\n");
    for (int length : lines) {
      stream.append("data: ").append("x".repeat(length)).append('\n');
    }
    byte[] bytes = stream.append('\n').toString().getBytes(StandardCharsets.UTF_8);
    return events(bytes).stream()
        .skip(1)
        .map(event -> event.data().length + (event.truncated() ? " cut" : " whole"))
        .toList();
  }

  @Property(tries = 2_000)
  void sseMatchesReference(@ForAll("streams") String stream, @ForAll int seed) {
    byte[] bytes = stream.getBytes(StandardCharsets.UTF_8);
    List<Told> expected = reference(stream);
    assertThat(tell(bytes, bytes.length + 1)).isEqualTo(expected);
    assertThat(tell(bytes, 1)).isEqualTo(expected);
    assertThat(tell(bytes, 1 + Math.floorMod(seed, 7))).isEqualTo(expected);
  }

  @Provide
  Arbitrary<String> streams() {
    return Arbitraries.of(
            "\n",
            "\r",
            "\r\n",
            "data",
            "data:",
            "data: ",
            ":",
            ": ",
            "event: x",
            "event:",
            "id: 1",
            "retry: 2",
            "a",
            " ",
            "é",
            "\uFEFF",
            "\uD83D\uDE00",
            "datax: 1",
            "[DONE]")
        .list()
        .ofMaxSize(30)
        .map(parts -> String.join("", parts));
  }

  /** The standard's own words, followed letter by letter on the whole text. */
  private static List<Told> reference(String stream) {
    String text = stream.startsWith("\uFEFF") ? stream.substring(1) : stream;
    List<Told> told = new ArrayList<>();
    String[] lines = text.replace("\r\n", "\n").replace('\r', '\n').split("\n", -1);
    StringBuilder data = new StringBuilder();
    String type = "";
    for (int i = 0; i < lines.length; i++) {
      String line = lines[i];
      boolean atEnd = i == lines.length - 1;
      if (line.isEmpty() && !atEnd) {
        if (data.length() > 0) {
          data.setLength(data.length() - 1);
          told.add(new Told(type.isEmpty() ? "message" : type, data.toString()));
        }
        data.setLength(0);
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
    // Ours: what the end cuts off is told too.
    if (data.length() > 0) {
      data.setLength(data.length() - 1);
      told.add(new Told(type.isEmpty() ? "message" : type, data.toString()));
    }
    return told;
  }

  private static List<Told> told(String stream) {
    return tell(stream.getBytes(StandardCharsets.UTF_8), 1_000_000);
  }

  private static List<Told> tell(byte[] bytes, int pieceLength) {
    List<Told> told = new ArrayList<>();
    SseDecoder decoder =
        new SseDecoder(
            e -> told.add(new Told(e.name(), new String(e.data(), StandardCharsets.UTF_8))));
    for (int at = 0; at < bytes.length; at += pieceLength) {
      decoder.accept(bytes, at, Math.min(bytes.length, at + pieceLength));
    }
    decoder.finish();
    return told;
  }

  private static List<SseDecoder.Event> events(byte[] bytes) {
    List<SseDecoder.Event> events = new ArrayList<>();
    SseDecoder decoder = new SseDecoder(events::add);
    decoder.accept(bytes);
    decoder.finish();
    return events;
  }
}
