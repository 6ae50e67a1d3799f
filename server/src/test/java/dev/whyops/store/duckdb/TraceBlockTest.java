package dev.whyops.store.duckdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whyops.event.Event;
import dev.whyops.event.EventType;
import dev.whyops.message.Envelope;
import dev.whyops.pricing.Cost;
import dev.whyops.project.Environment;
import dev.whyops.project.ProjectId;
import dev.whyops.provider.Media;
import dev.whyops.provider.Usage;
import dev.whyops.record.Landed;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class TraceBlockTest {
  private static final Instant AT = Instant.parse("2026-03-10T12:00:00.123456Z");

  private static EventRows.Row row(long seq, Event event, int[] contentRefs, int[] metadataRefs) {
    return new EventRows.Row(
        new Landed(seq, 3, AT.plusSeconds(seq), event),
        new Envelope("{\"text\":\"Grüße " + seq + "\"}", contentRefs),
        new Envelope("{\"meta\":" + seq + "}", metadataRefs));
  }

  private static Event full() {
    return new Event(
        new UUID(Long.MIN_VALUE, -1),
        EventType.LLM_RESPONSE,
        new ProjectId("prj_a"),
        Environment.STAGING,
        Event.Source.OTLP,
        new Event.Agent("agent", "agt_1", "ver_1"),
        new Event.Place("t", "thread", "span", "parent", 7, 6, "user"),
        Instant.parse("1969-12-31T23:59:59.000001Z"),
        true,
        new Event.Facts(
            "openai",
            "m",
            "requested",
            "tool",
            "call",
            "resp",
            "stop",
            "ok",
            "header",
            new Usage(
                1L,
                null,
                0L,
                -1L,
                Long.MAX_VALUE,
                Long.MIN_VALUE,
                "OA_CHAT",
                true,
                new Media(1L, null, 3L, null, 5L, 6L)),
            new Cost(5L, Cost.Kind.COMPUTED, "row", 3, -7L),
            1L,
            0L,
            Long.MAX_VALUE),
        "",
        "");
  }

  private static Event bare() {
    return new Event(
        new UUID(1, 2),
        EventType.USER_MESSAGE,
        new ProjectId("prj_a"),
        Environment.PRODUCTION,
        Event.Source.SDK,
        new Event.Agent("agent", null, null),
        new Event.Place("t", "thread", "span", null, null, null, null),
        AT,
        false,
        new Event.Facts(
            null, null, null, null, null, null, null, "ok", null, null, Cost.NONE, null, null,
            null),
        "",
        "");
  }

  private static TraceBlock block() {
    TraceBlock.Builder builder = new TraceBlock.Builder();
    builder.addPart(12, true, "said part");
    builder.add(row(1, full(), new int[] {1, 12, 1, 900}, new int[0]));
    builder.addPart(5, false, "other part");
    builder.add(row(9, bare(), new int[0], new int[] {4, 12, 8, 5}));
    return TraceBlock.unpack(builder.pack());
  }

  @Test
  void givesBackEveryField() {
    List<EventRows.Row> rows = block().rows(seq -> true, TraceBlock.Texts.ALL);
    assertThat(rows).hasSize(2);
    assertThat(rows.get(0).landed()).isEqualTo(row(1, full(), new int[0], new int[0]).landed());
    assertThat(rows.get(1).landed()).isEqualTo(row(9, bare(), new int[0], new int[0]).landed());
    assertThat(rows.get(0).content().rest()).isEqualTo("{\"text\":\"Grüße 1\"}");
    assertThat(rows.get(0).content().refs()).containsExactly(1, 12, 1, 900);
    assertThat(rows.get(1).metadata().rest()).isEqualTo("{\"meta\":9}");
    assertThat(rows.get(1).metadata().refs()).containsExactly(4, 12, 8, 5);
  }

  @Test
  void givesTheEventsThatAreWanted() {
    assertThat(block().rows(seq -> seq == 9, TraceBlock.Texts.ALL))
        .singleElement()
        .satisfies(row -> assertThat(row.content().rest()).contains("Grüße 9"));
    List<EventRows.Row> light = block().rows(seq -> true, TraceBlock.Texts.ANSWERS);
    assertThat(light.get(0).content().rest()).contains("Grüße 1");
    assertThat(light.get(1).content().rest()).isEqualTo("null");
    assertThat(light.get(1).metadata().refs()).isEmpty();
  }

  @Test
  void givesParts() {
    Map<Integer, String> parts = new HashMap<>();
    block().parts(number -> true, parts);
    assertThat(parts).isEqualTo(Map.of(12, "said part", 5, "other part"));
    parts.clear();
    block().parts(number -> number == 5, parts);
    assertThat(parts).isEqualTo(Map.of(5, "other part"));
  }

  @Test
  void saysContentsAndTheirPartsOnly() {
    assertThat(block().says(new Needle("GRÜSSE 1"))).isFalse();
    assertThat(block().says(new Needle("grüße 9"))).isTrue();
    assertThat(block().says(new Needle("Said Part"))).isTrue();
    assertThat(block().says(new Needle("other part"))).isFalse();
    assertThat(block().says(new Needle("meta"))).isFalse();
    assertThat(block().says(new Needle("\"}{"))).as("across two texts").isFalse();
  }

  @Test
  void startsAnewAfterABlock() {
    TraceBlock.Builder builder = new TraceBlock.Builder();
    builder.add(row(1, full(), new int[0], new int[0]));
    builder.pack();
    builder.add(row(2, bare(), new int[0], new int[0]));
    List<EventRows.Row> rows =
        TraceBlock.unpack(builder.pack()).rows(seq -> true, TraceBlock.Texts.ALL);
    assertThat(rows).extracting(row -> row.landed().seq()).containsExactly(2L);
  }

  @Test
  void refusesWhatIsNoBlock() {
    assertThatThrownBy(() -> TraceBlock.unpack(new byte[] {1, 2, 3}))
        .isInstanceOf(TraceBlock.UnreadableBlock.class);
  }
}
