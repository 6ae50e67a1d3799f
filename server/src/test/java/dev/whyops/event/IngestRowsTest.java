package dev.whyops.event;

import static dev.whyops.event.IngestTesting.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.whyops.http.Answer;
import dev.whyops.http.ApiException;
import dev.whyops.json.Json;
import dev.whyops.project.ProjectId;
import dev.whyops.project.ProjectScope;
import dev.whyops.provider.Media;
import dev.whyops.provider.Usage;
import dev.whyops.trace.TraceDetail;
import dev.whyops.trace.TraceSummary;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The IN rows of the table of bad inputs, against the real handler, journal, drain and store. */
class IngestRowsTest {
  @TempDir Path directory;
  private IngestTesting path;

  @BeforeEach
  void open() throws IOException {
    path = new IngestTesting(directory);
  }

  @AfterEach
  void close() throws IOException {
    path.close();
  }

  private static String event(String more) {
    return "{\"eventType\":\"user_message\",\"traceId\":\"t\",\"agentName\":\"a\"" + more + "}";
  }

  private static String with(String content) {
    return event(",\"content\":" + content);
  }

  private ApiException refused(String body) {
    ApiException e = catchThrowableOfType(ApiException.class, () -> path.post(body));
    assertThat(e).as(body.length() > 200 ? body.substring(0, 200) : body).isNotNull();
    return e;
  }

  private void refused(String body, String field, String code) {
    ApiException e = refused(body);
    assertThat(e.status()).isEqualTo(400);
    assertThat(e.code()).isEqualTo("validation_failed");
    assertThat(e.details())
        .as(body.length() > 200 ? "…" : body)
        .anySatisfy(
            d -> {
              assertThat(d.field()).isEqualTo(field);
              assertThat(d.code()).isEqualTo(code);
            });
  }

  private List<Event> stored(String traceId) throws InterruptedException {
    return path.trace(traceId).map(TraceDetail::events).orElse(List.of());
  }

  @Test
  @DisplayName("IN-01 type missing or unknown; extra fields only under metadata")
  void in01() throws Exception {
    refused("{\"traceId\":\"t\",\"agentName\":\"a\"}", "eventType", "required");
    refused(
        "[" + event("") + ",{\"eventType\":\"nope\",\"traceId\":\"t\",\"agentName\":\"a\"}]",
        "eventType",
        "unknown_event_type");
    assertThat(refused("[" + event("") + ",{\"eventType\":\"nope\"}]").details())
        .allMatch(d -> d.index() == 1);
    assertThat(stored("t")).isEmpty();
    path.post(event(",\"color\":{\"a\":1},\"metadata\":{\"mine\":2}"));
    assertThat(stored("t").getFirst().metadataJson()).isEqualTo("{\"mine\":2,\"color\":{\"a\":1}}");
  }

  @Test
  @DisplayName("IN-02, IN-03 identity and provider in the body bind nothing and are told")
  void in02() throws Exception {
    Answer answer =
        path.post(
            event(
                ",\"projectId\":\"prj_other\",\"userId\":\"u\",\"tenantId\":1,\"environmentId\":\"x\",\"providerId\":\"p\""));
    assertThat(answer.status()).isEqualTo(202);
    assertThat(answer.headers()).containsEntry("X-WhyOps-Warning", "identity_fields_ignored");
    Event event = stored("t").getFirst();
    assertThat(event.project()).isEqualTo(IngestTesting.PROJECT);
    assertThat(event.metadataJson()).isEqualTo("{}");
    assertThat(path.trace(new ProjectId("prj_other"), "t")).isEmpty();
  }

  @Test
  @DisplayName("IN-04 batches of 0, 1000, 1001")
  void in04() throws Exception {
    refused("[]", "", "batch_size");
    String thousand = String.join(",", java.util.Collections.nCopies(1000, event("")));
    assertThat(json(path.post("[" + thousand + "]")).get("accepted").intValue()).isEqualTo(1000);
    refused("[" + thousand + "," + event("") + "]", "", "batch_size");
    path.settle();
    assertThat(path.trace("t").orElseThrow().summary().eventCount()).isEqualTo(1000);
  }

  @Test
  @DisplayName("IN-05 one bad of many: nothing stored; with partial a result per index")
  void in05() throws Exception {
    String batch =
        "[" + event("") + ",{\"eventType\":\"error\",\"agentName\":\"a\"}," + event("") + "]";
    refused(batch, "traceId", "required");
    assertThat(stored("t")).isEmpty();
    Answer answer = path.post(path.counts, batch, Map.of(), Map.of("partial", "true"));
    assertThat(answer.status()).isEqualTo(207);
    assertThat(json(answer).get("results")).hasSize(3);
    assertThat(json(answer).at("/results/1/status").stringValue()).isEqualTo("rejected");
    assertThat(json(answer).at("/results/1/details/0/field").stringValue()).isEqualTo("traceId");
    assertThat(stored("t")).hasSize(2);
  }

  @Test
  @DisplayName(
      "IN-06, IN-07, IN-08 repetitions in a batch, later, after a restart, with other content")
  void in06() throws Exception {
    String id = UUID.randomUUID().toString();
    String one = event(",\"eventId\":\"" + id + "\",\"content\":1");
    String other = event(",\"eventId\":\"" + id + "\",\"content\":2");
    Answer rows =
        path.post(path.rows, "[" + one + "," + one + "," + other + "]", Map.of(), Map.of());
    assertThat(rows.status()).isEqualTo(201);
    assertThat(json(rows).toString()).contains("saved");
    assertThat(json(rows).at("/1/status").stringValue()).isEqualTo("duplicate");
    assertThat(json(rows).at("/1/id").stringValue()).isEqualTo(id);
    assertThat(path.rows.differingRepetitions()).isEqualTo(1);
    String key = event(",\"idempotencyKey\":\"k1\",\"content\":3");
    String first = json(path.post(path.rows, key, Map.of(), Map.of())).at("/0/id").stringValue();
    assertThat(path.post(one).status()).isEqualTo(202);
    path.close();
    path = new IngestTesting(directory);
    assertThat(json(path.post(path.rows, one, Map.of(), Map.of())).at("/0/status").stringValue())
        .isEqualTo("duplicate");
    Answer again =
        path.post(path.rows, event(",\"idempotencyKey\":\"k1\",\"content\":4"), Map.of(), Map.of());
    assertThat(json(again).at("/0/status").stringValue()).isEqualTo("duplicate");
    assertThat(json(again).at("/0/id").stringValue()).isEqualTo(first);
    assertThat(path.rows.differingRepetitions()).isEqualTo(1);
    assertThat(stored("t")).extracting(Event::contentJson).containsExactly("1", "3");
    assertThat(path.intake.snapshot(IngestTesting.PROJECT).duplicates()).isEqualTo(2);
  }

  @Test
  @DisplayName("IN-09 one key fifty times at once: one stored, each answer after it is durable")
  void in09() throws Exception {
    List<String> states = new ArrayList<>();
    try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<String>> answers = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        Callable<String> send =
            () ->
                json(path.post(
                        path.rows, event(",\"idempotencyKey\":\"same\""), Map.of(), Map.of()))
                    .at("/0/status")
                    .stringValue();
        answers.add(pool.submit(send));
      }
      for (Future<String> answer : answers) {
        states.add(answer.get());
      }
    }
    assertThat(states).filteredOn("saved"::equals).hasSize(1);
    assertThat(states).filteredOn("duplicate"::equals).hasSize(49);
    assertThat(stored("t")).hasSize(1);
  }

  @Test
  @DisplayName("IN-10 bad keys; the same key of another project is independent")
  void in10() throws Exception {
    refused(
        event(",\"idempotencyKey\":\"" + "x".repeat(129) + "\""),
        "idempotencyKey",
        "bad_idempotency_key");
    refused(event(",\"idempotencyKey\":\"\""), "idempotencyKey", "bad_idempotency_key");
    refused(event(",\"idempotencyKey\":\"a\\u0007\""), "idempotencyKey", "bad_idempotency_key");
    path.post(event(",\"idempotencyKey\":\"k\""));
    Answer other =
        path.post(
            path.rows,
            event(",\"idempotencyKey\":\"k\"").getBytes(StandardCharsets.UTF_8),
            Map.of(),
            Map.of(),
            new ProjectId("prj_b"));
    assertThat(json(other).at("/0/status").stringValue()).isEqualTo("saved");
  }

  @Test
  @DisplayName(
      "IN-11 onlyExplicitIdsAreDuplicates: after 24 h a key is new; equal content without a key"
          + " never is a duplicate")
  void in11() throws Exception {
    path.close();
    MovingClock clock = new MovingClock(Instant.now());
    path = new IngestTesting(directory.resolve("clocked"), clock);
    path.post(event(",\"idempotencyKey\":\"k\""));
    path.post(event(""));
    path.post(event(""));
    clock.now = clock.now.plusSeconds(23 * 3600);
    assertThat(
            json(path.post(path.rows, event(",\"idempotencyKey\":\"k\""), Map.of(), Map.of()))
                .at("/0/status")
                .stringValue())
        .isEqualTo("duplicate");
    clock.now = clock.now.plusSeconds(2 * 3600);
    assertThat(
            json(path.post(path.rows, event(",\"idempotencyKey\":\"k\""), Map.of(), Map.of()))
                .at("/0/status")
                .stringValue())
        .isEqualTo("saved");
    assertThat(stored("t")).hasSize(4);
  }

  @Test
  @DisplayName("F-04 a restart reads the journal from the last flush on, and knows all repetitions")
  void f04() throws Exception {
    path.close();
    MovingClock clock = new MovingClock(Instant.now());
    Path folder = directory.resolve("clocked");
    path = new IngestTesting(folder, clock);
    for (int i = 0; i < 5; i++) {
      path.post(event(",\"idempotencyKey\":\"early" + i + "\""));
    }
    path.repetitions.flush();
    clock.now = clock.now.plusSeconds(11);
    path.post(event(",\"idempotencyKey\":\"late\""));
    path.repetitions.flush();
    assertThat(path.repetitions.flushedUpTo()).isEqualTo(5);
    path.close();
    path = new IngestTesting(folder, clock);
    for (String key : List.of("early0", "early4", "late")) {
      Answer answer =
          path.post(path.rows, event(",\"idempotencyKey\":\"" + key + "\""), Map.of(), Map.of());
      assertThat(json(answer).at("/0/status").stringValue()).as(key).isEqualTo("duplicate");
    }
  }

  private static final class MovingClock extends Clock {
    private volatile Instant now;

    MovingClock(Instant now) {
      this.now = now;
    }

    @Override
    public ZoneOffset getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(java.time.ZoneId zone) {
      return this;
    }

    @Override
    public Instant instant() {
      return now;
    }
  }

  @Test
  @DisplayName("IN-12, IN-13 oddNamesRoundTrip, repeated ones are refused")
  void in12() throws Exception {
    refused(event(",\"a\\u0000b\":1"), "", "bad_name");
    refused(event(",\"metadata\":{\"a\\u0000b\":1}"), "metadata.", "bad_name");
    refused(event(",\"traceId\":\"b\""), "traceId", "duplicate_name");
    refused(event(",\"metadata\":{\"x\":{\"a\":1,\"a\":2}}"), "metadata.x", "duplicate_name");
    String content =
        "{\"a\\u0000b\":1,\"__proto__\":{\"x\":1},\"@class\":\"java.lang.Runtime\",\"$ref\":1,\"\":2,\"d\":1,\"d\":2}";
    path.post(
        event(
            ",\"content\":"
                + content
                + ",\"metadata\":{\"__proto__\":1,\"constructor\":2,\"\":3}"));
    Event event = stored("t").getFirst();
    assertThat(event.contentJson()).isEqualTo(content);
    assertThat(event.metadataJson()).isEqualTo("{\"__proto__\":1,\"constructor\":2,\"\":3}");
  }

  @Test
  @DisplayName("IN-14 numbers are exact, or no JSON")
  void in14() throws Exception {
    for (String bad :
        List.of("NaN", "Infinity", "-Infinity", "01", "+1", "1.", ".5", "0x1", "1e")) {
      refused(with(bad), "", "invalid_json");
    }
    refused(with("1".repeat(1001)), "", "number_too_long");
    refused(event(",\"stepId\":" + "1".repeat(65)), "stepId", "number_too_long");
    String numbers = "[-0,1e309,1e-400,9007199254740993," + "1".repeat(65) + ",-0.0,1E+2]";
    path.post(with(numbers));
    assertThat(stored("t").getFirst().contentJson()).isEqualTo(numbers);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "1.5", "1000000000000", "\"12\"", "true", "1e309"})
  @DisplayName("IN-15 token counts that are none")
  void in15(String count) {
    refused(
        event(",\"metadata\":{\"usage\":{\"promptTokens\":" + count + "}}"),
        "metadata.usage.promptTokens",
        "bad_usage");
  }

  @Test
  @DisplayName("IN-16 timestamps: kept, suspect, or refused")
  void in16() throws Exception {
    for (String bad :
        List.of(
            "\"2026-01-01T00:00:00\"",
            "\"2026-01-01T25:00:00Z\"",
            "\"yesterday\"",
            "1000000000000000000",
            "\"+10001-01-01T00:00:00Z\"",
            "\"-0001-01-01T00:00:00Z\"",
            "true",
            "1.5")) {
      refused(event(",\"timestamp\":" + bad), "timestamp", "bad_timestamp");
    }
    Instant now = Instant.now();
    path.post(event(",\"timestamp\":0,\"content\":1"));
    path.post(event(",\"timestamp\":\"9999-12-31T00:00:00Z\",\"content\":2"));
    path.post(event(",\"timestamp\":\"" + now.plusSeconds(300) + "\",\"content\":3"));
    path.post(event(",\"timestamp\":\"2026-06-30T23:59:60Z\",\"content\":4"));
    path.post(
        event(
            ",\"timestamp\":\""
                + now.atOffset(ZoneOffset.ofHoursMinutes(5, 30))
                + "\",\"content\":5"));
    List<Event> events = stored("t");
    assertThat(find(events, "1").clockSuspect()).isTrue();
    assertThat(find(events, "2").clockSuspect()).isTrue();
    assertThat(find(events, "3").clockSuspect()).isFalse();
    assertThat(find(events, "4").timestamp()).isEqualTo(Instant.parse("2026-06-30T23:59:59.999Z"));
    assertThat(find(events, "5").clockSuspect()).isFalse();
    assertThat(events.getLast().contentJson())
        .isEqualTo("3"); // the suspect ones stand at their receipt
  }

  private static Event find(List<Event> events, String content) {
    return events.stream().filter(e -> e.contentJson().equals(content)).findFirst().orElseThrow();
  }

  @Test
  @DisplayName("IN-17 cycles, self-parents, missing parents, deep chains")
  void in17() throws Exception {
    List<String> events = new ArrayList<>();
    events.add(span("a", "b"));
    events.add(span("b", "c"));
    events.add(span("c", "a"));
    events.add(span("self", "self"));
    events.add(span("orphan", "nowhere"));
    for (int i = 0; i < 900; i++) {
      events.add(span("d" + i, "d" + (i - 1)));
    }
    path.post("[" + String.join(",", events) + "]");
    TraceDetail trace = path.trace("t").orElseThrow();
    assertThat(trace.events()).hasSize(905);
    assertThat(trace.completeness().orphans()).isEqualTo(2);
    assertThat(
            trace.events().stream()
                .filter(e -> "abc".contains(e.place().spanId()))
                .map(e -> e.place().parentSpanId()))
        .containsExactly("b", "c", null);
    assertThat(
            trace.events().stream()
                .filter(e -> e.place().spanId().equals("self"))
                .map(e -> e.place().parentSpanId()))
        .containsExactly((String) null);
  }

  private static String span(String id, String parent) {
    return event(",\"spanId\":\"" + id + "\",\"parentSpanId\":\"" + parent + "\"");
  }

  @ParameterizedTest
  @DisplayName(
      "IN-18, IN-27 texts come back as they went in, or are refused by the rule of their field")
  @ValueSource(
      strings = {
        "\u202eevil",
        "a\u0000b",
        "Ω≈ç√∫",
        "田中さん",
        "👾🙇",
        "\u00e9",
        "e\u0301",
        "' OR 1=1--",
        "<script>alert(1)</script>",
        "${jndi:ldap://x}",
        "\\u0027",
        "\ufffe",
        "\u200b",
        "%00",
        "../../etc/passwd",
        "\ud834\udd1e",
        "\u2028",
        "NULL",
        "-1",
        "[]{}\"'"
      })
  void in18(String text) throws Exception {
    String quoted = Json.mapper().writeValueAsString(text);
    path.post(event(",\"content\":" + quoted + ",\"metadata\":{\"note\":" + quoted + "}"));
    Event event = stored("t").getFirst();
    assertThat(event.contentJson()).isEqualTo(quoted);
    assertThat(event.metadataJson()).isEqualTo("{\"note\":" + quoted + "}");
    String named =
        "{\"eventType\":\"user_message\",\"traceId\":\"n\",\"agentName\":"
            + quoted
            + ",\"externalUserId\":"
            + quoted
            + "}";
    if (FieldRules.isName(text)) {
      path.post(named);
      assertThat(stored("n").getFirst().agent().name()).isEqualTo(text);
      assertThat(stored("n").getFirst().place().externalUserId()).isEqualTo(text);
    } else {
      refused(named, "agentName", text.isBlank() ? "required" : "bad_name");
    }
  }

  @Test
  @DisplayName("IN-20, IN-21, IN-22 codings and forms of the body")
  void in20() throws Exception {
    byte[] good = gzip(event("").getBytes(StandardCharsets.UTF_8));
    assertThat(zipped(good)).isEqualTo(202);
    byte[] bomb = gzip(("\"" + "x".repeat(20_000_000) + "\"").getBytes(StandardCharsets.UTF_8));
    assertThat(zipped(bomb)).isEqualTo(413);
    assertThat(zipped(Arrays.copyOf(good, good.length - 4))).isEqualTo(400);
    byte[] badCrc = good.clone();
    badCrc[good.length - 6] ^= 1;
    assertThat(zipped(badCrc)).isEqualTo(400);
    assertThat(zipped(join(good, new byte[] {1, 2, 3}))).isEqualTo(400);
    String whole = event(",\"content\":\"two members\"");
    byte[] two =
        join(
            gzip(whole.substring(0, 20).getBytes(StandardCharsets.UTF_8)),
            gzip(whole.substring(20).getBytes(StandardCharsets.UTF_8)));
    assertThat(zipped(two)).isEqualTo(202);
    for (String coding : List.of("deflate", "zstd", "br", "gzip, gzip")) {
      assertThat(status(good, Map.of("content-encoding", coding))).isEqualTo(415);
    }
    byte[] plain = event("").getBytes(StandardCharsets.UTF_8);
    assertThat(status(plain, Map.of("content-type", "application/x-ndjson"))).isEqualTo(415);
    assertThat(status(join(plain, plain), Map.of())).isEqualTo(400);
    assertThat(status(new byte[9 << 20], Map.of())).isEqualTo(413);
    assertThat(status(new byte[] {'"', (byte) 0xC3, 0x28, '"'}, Map.of())).isEqualTo(400);
  }

  private int zipped(byte[] body) {
    return status(body, Map.of("content-encoding", "gzip"));
  }

  private int status(byte[] body, Map<String, String> headers) {
    try {
      return path.post(path.counts, body, headers, Map.of(), IngestTesting.PROJECT).status();
    } catch (ApiException e) {
      return e.status();
    }
  }

  private static byte[] gzip(byte[] plain) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream zip = new GZIPOutputStream(out)) {
      zip.write(plain);
    }
    return out.toByteArray();
  }

  private static byte[] join(byte[] a, byte[] b) {
    byte[] both = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }

  @Test
  @DisplayName(
      "IN-23, IN-24 sameTraceIdInTwoProjects: one trace id of two projects, and of two agents of"
          + " one")
  void in23() throws Exception {
    path.post(event(",\"content\":1"));
    path.post(event(",\"content\":2").replace("\"a\"", "\"b\""));
    path.post(
        path.counts,
        event(",\"content\":3").getBytes(StandardCharsets.UTF_8),
        Map.of(),
        Map.of(),
        new ProjectId("prj_b"));
    assertThat(stored("t")).extracting(e -> e.agent().name()).containsExactly("a", "b");
    assertThat(
            path.reader
                .trace(new ProjectScope(new ProjectId("prj_b")), "t", null, 10)
                .orElseThrow()
                .events())
        .extracting(Event::contentJson)
        .containsExactly("3");
  }

  @Test
  @DisplayName("IN-25 sizes of events and of unnamed metadata")
  void in25() throws Exception {
    String frame = with("\"\"");
    int room = IngestLimits.EVENT_BYTES_MAX - frame.length();
    assertThat(path.post(with("\"" + "x".repeat(room) + "\"")).status()).isEqualTo(202);
    refused(with("\"" + "x".repeat(room + 1) + "\""), "", "event_too_large");
    refused(with("\"" + "é".repeat(room / 2 + 1) + "\""), "", "event_too_large");
    refused(
        event(",\"metadata\":{\"x\":\"" + "y".repeat(66_000) + "\"}"),
        "metadata",
        "metadata_too_large");
    assertThat(path.post(event(",\"metadata\":{" + names(256) + "}")).status()).isEqualTo(202);
    refused(event(",\"metadata\":{" + names(257) + "}"), "metadata", "metadata_too_large");
    assertThat(
            path.post(event(",\"metadata\":{\"systemPrompt\":\"" + "y".repeat(200_000) + "\"}"))
                .status())
        .isEqualTo(202);
    long before = System.nanoTime();
    refused(
        "[" + event(",\"metadata\":{" + names(50_000) + "}") + "]",
        "metadata",
        "metadata_too_large");
    assertThat((System.nanoTime() - before) / 1_000_000).isLessThan(5_000);
  }

  private static String names(int count) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      names.add("\"n" + i + "\":1");
    }
    return String.join(",", names);
  }

  @Test
  @DisplayName("IN-28, PX-03 deep content: as text kept, as JSON refused beyond 64, never a stack")
  void in28() throws Exception {
    String deepText = Json.mapper().writeValueAsString("[".repeat(100_000));
    path.post(
        "{\"eventType\":\"tool_result\",\"traceId\":\"t\",\"agentName\":\"a\",\"metadata\":{\"tool\":\"x\"},\"content\":"
            + deepText
            + "}");
    assertThat(stored("t").getFirst().contentJson()).isEqualTo(deepText);
    assertThat(path.post(with("[".repeat(64) + "]".repeat(64))).status()).isEqualTo(202);
    refused(with("[".repeat(65) + "]".repeat(65)), "content", "json_too_deep");
    refused(with("[".repeat(10_000) + "]".repeat(10_000)), "", "json_too_deep");
    refused(
        event(",\"metadata\":{\"x\":" + "[".repeat(65) + "]".repeat(65) + "}"),
        "metadata.x",
        "json_too_deep");
  }

  @Test
  void requiresWhatTheTypeRequires() {
    refused(
        "{\"eventType\":\"llm_response\",\"traceId\":\"t\",\"agentName\":\"a\"}",
        "metadata.model",
        "required");
    refused(
        "{\"eventType\":\"llm_response\",\"traceId\":\"t\",\"agentName\":\"a\"}",
        "metadata.provider",
        "required");
    refused(
        "{\"eventType\":\"tool_call\",\"traceId\":\"t\",\"agentName\":\"a\"}",
        "metadata.tool",
        "required");
    refused(
        "{\"eventType\":\"user_message\",\"traceId\":\"..\",\"agentName\":\"a\"}",
        "traceId",
        "bad_id");
    refused(
        "{\"eventType\":\"user_message\",\"traceId\":\"é\",\"agentName\":\"a\"}",
        "traceId",
        "bad_id");
    refused(event(",\"stepId\":0"), "stepId", "bad_step");
    refused(event(",\"eventId\":\"1\""), "eventId", "bad_event_id");
    refused(event(",\"metadata\":[]"), "metadata", "bad_type");
    refused("\"x\"", "", "bad_type");
    refused("", "", "invalid_json");
  }

  @Test
  void takesTheAliasAndSplitsToolCalls() throws Exception {
    Answer answer =
        path.post(
            path.rows,
            "{\"eventType\":\"tool_call\",\"traceId\":\"t\",\"entityName\":\"a\",\"metadata\":{\"tool\":\"x\",\"latencyMs\":40}}",
            Map.of(),
            Map.of());
    assertThat(json(answer)).hasSize(2);
    assertThat(json(answer).at("/0/stepId").intValue()).isEqualTo(1);
    assertThat(json(answer).at("/1/stepId").intValue()).isEqualTo(2);
    List<Event> events = stored("t");
    assertThat(events)
        .extracting(Event::type)
        .containsExactly(EventType.TOOL_CALL_REQUEST, EventType.TOOL_CALL_RESPONSE);
    assertThat(
            java.time.Duration.between(events.get(0).timestamp(), events.get(1).timestamp())
                .toMillis())
        .isEqualTo(40);
    assertThat(events.get(0).place().spanId()).isEqualTo(events.get(1).place().spanId());
  }

  @Test
  void samplesWholeTraces() throws Exception {
    path.share(0.5);
    int kept = 0;
    for (int i = 0; i < 200; i++) {
      String trace = "\"s" + i + "\"";
      String first = word(event("").replace("\"t\"", trace));
      String second = word(event("").replace("\"t\"", trace));
      assertThat(second).isEqualTo(first);
      kept += first.equals("saved") ? 1 : 0;
    }
    assertThat(kept).isBetween(60, 140);
    assertThat(path.intake.snapshot(IngestTesting.PROJECT).sampledOut())
        .isEqualTo(2 * (200 - kept));
  }

  private String word(String event) {
    return json(path.post(path.rows, event, Map.of(), Map.of())).at("/0/status").stringValue();
  }

  @Test
  void readsUsageByTheRuleThatFits() throws Exception {
    path.post(
        llm("\"promptTokens\":10,\"completionTokens\":5,\"totalTokens\":18,\"cacheReadTokens\":3"));
    path.post(
        llm("\"promptTokens\":10,\"completionTokens\":5,\"totalTokens\":15,\"cacheReadTokens\":3"));
    path.post(
        llm(
            "\"promptTokens\":10,\"completionTokens\":5,\"cacheCreationTokens\":7,\"cacheWrite1hTokens\":2,\"reasoningTokens\":4"));
    path.post(llm("\"promptTokens\":0,\"completionTokens\":0,\"totalTokens\":0"));
    assertThat(stored("t"))
        .extracting(e -> e.facts().usage())
        .containsExactly(
            new Usage(10L, 3L, null, null, 5L, null, "SDK_EXCLUSIVE", false),
            new Usage(7L, 3L, null, null, 5L, null, "SDK_INCLUSIVE", false),
            new Usage(10L, null, 5L, 2L, 5L, 4L, "SDK_EXCLUSIVE", false),
            new Usage(0L, null, null, null, 0L, null, "SDK_EXCLUSIVE", false));
  }

  @Test
  void soundAndPicturesArePartsOfPromptCacheAndCompletion() throws Exception {
    path.post(
        llm(
            "\"promptTokens\":100,\"completionTokens\":50,\"totalTokens\":170,\"cacheReadTokens\":20,"
                + "\"inputAudioTokens\":30,\"inputImageTokens\":10,\"outputAudioTokens\":40,"
                + "\"cacheReadAudioTokens\":5"));
    path.post(llm("\"promptTokens\":10,\"completionTokens\":5,\"outputAudioTokens\":6"));
    List<Event> events = stored("t");
    assertThat(events.getFirst().facts().usage())
        .isEqualTo(
            new Usage(
                60L,
                15L,
                null,
                null,
                10L,
                null,
                "SDK_EXCLUSIVE",
                false,
                new Media(30L, 10L, 5L, null, 40L, null)));
    assertThat(events.getLast().facts().usage())
        .satisfies(usage -> assertThat(usage.inconsistent()).isTrue());
    assertThat(path.trace("t").orElseThrow().summary().tokens())
        .isEqualTo(new TraceSummary.Tokens(110, 20, 0, 55, 0, 185));
  }

  private static String llm(String usage) {
    return "{\"eventType\":\"llm_response\",\"traceId\":\"t\",\"agentName\":\"a\",\"metadata\":{\"model\":\"m\",\"provider\":\"p\",\"usage\":{"
        + usage
        + "}}}";
  }
}
