package dev.whyops.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whyops.endpoint.Request;
import dev.whyops.endpoint.Room;
import dev.whyops.http.Answer;
import dev.whyops.http.ApiException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Exports of OpenTelemetry whose bytes are few and whose spans are many. */
class OtlpRoomTest {
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";

  @TempDir Path directory;

  private static Answer send(IngestTesting path, String json, Room room) {
    return path.otlp.handle(
        new Request(
            "r",
            "POST",
            "/v1/traces",
            Map.of(),
            Map.of("content-type", List.of("application/json")),
            json.getBytes(StandardCharsets.UTF_8),
            IngestTesting.caller(IngestTesting.PROJECT),
            room));
  }

  private static String span(int number) {
    return "{\"traceId\":\"%s\",\"spanId\":\"%016x\",\"name\":\"s\",\"endTimeUnixNano\":\"%d\"}"
        .formatted(TRACE, number + 1, System.currentTimeMillis() * 1_000_000);
  }

  private static String spans(int count) {
    StringBuilder json = new StringBuilder();
    for (int i = 0; i < count; i++) {
      json.append(i == 0 ? "" : ",").append(span(i));
    }
    return json.toString();
  }

  private static Room counting(AtomicLong most, long limit) {
    return new Room() {
      @Override
      public void demand(long heapBytes) {
        if (heapBytes > limit) {
          throw new ApiException(503, "overloaded", "full");
        }
        most.accumulateAndGet(heapBytes, Math::max);
      }

      @Override
      public void keep(long heapBytes) {
        assertThat(heapBytes).isZero();
        most.addAndGet(1L << 40); // told before the wait for the disk
      }
    };
  }

  @Test
  @DisplayName("one resource with many attributes over 5,000 spans costs what it holds, once")
  void manySpansOfOneResource() throws Exception {
    StringBuilder attributes = new StringBuilder();
    for (int i = 0; i < 2_000; i++) {
      attributes
          .append(i == 0 ? "" : ",")
          .append("{\"key\":\"k%d\",\"value\":{\"intValue\":\"%d\"}}".formatted(i, i));
    }
    String json =
        "{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[%s]}],\"resource\":{\"attributes\":[%s]}}]}"
            .formatted(spans(5_000), attributes);
    try (IngestTesting path = new IngestTesting(directory)) {
      AtomicLong most = new AtomicLong();
      long began = System.nanoTime();
      assertThat(send(path, json, counting(most, 1L << 39)).status()).isEqualTo(200);
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(20));
      assertThat(most.get()).as("counted by the span, then let go").isGreaterThan(1L << 40);
      assertThat(most.get() - (1L << 40)).isGreaterThan(5_000 * 4_096L);
      path.settle();
      assertThat(path.trace(TRACE).orElseThrow().summary().eventCount()).isEqualTo(5_000);
    }
  }

  @Test
  void moreSpansThanThereIsRoomForAreRefusedAndNotStored() throws Exception {
    String json = "{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[%s]}]}]}".formatted(spans(100));
    try (IngestTesting path = new IngestTesting(directory)) {
      assertThatThrownBy(() -> send(path, json, counting(new AtomicLong(), 300_000)))
          .isInstanceOfSatisfying(ApiException.class, e -> assertThat(e.status()).isEqualTo(503));
      assertThat(send(path, json, Room.PLENTY).status()).isEqualTo(200);
      path.settle();
      assertThat(path.trace(TRACE).orElseThrow().events()).hasSize(100);
    }
  }

  @Test
  void membersComeInAnyOrderAndUnknownOnesArePassedBy() throws Exception {
    String json =
        "{\"x\":[{\"spans\":[1]}],\"resourceSpans\":[7,{\"scopeSpans\":[{\"spans\":[%s],\"scope\":{\"name\":\"lib\"},\"y\":{}}],"
            + "\"resource\":{\"attributes\":[{\"key\":\"service.name\",\"value\":{\"stringValue\":\"late\"}}]}}]}";
    try (IngestTesting path = new IngestTesting(directory)) {
      assertThat(send(path, json.formatted(span(1)), Room.PLENTY).status()).isEqualTo(200);
      path.settle();
      Event event = path.trace(TRACE).orElseThrow().events().getFirst();
      assertThat(event.agent().name()).isEqualTo("late");
      for (String bad : List.of("[]", "{}{}", "{\"resourceSpans\":[", "7", "")) {
        assertThatThrownBy(() -> send(path, bad, Room.PLENTY))
            .as(bad)
            .isInstanceOfSatisfying(ApiException.class, e -> assertThat(e.status()).isEqualTo(400));
      }
    }
  }

  @Test
  @DisplayName("what a project masks is not stored of spans either")
  void masksApplyToSpans() throws Exception {
    String json =
        "{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[{\"traceId\":\"%s\",\"spanId\":\"00f067aa0ba902b0\","
            + "\"name\":\"execute_tool\",\"endTimeUnixNano\":\"%d\",\"attributes\":["
            + "{\"key\":\"gen_ai.operation.name\",\"value\":{\"stringValue\":\"execute_tool\"}},"
            + "{\"key\":\"gen_ai.tool.name\",\"value\":{\"stringValue\":\"pay\"}},"
            + "{\"key\":\"gen_ai.tool.call.arguments\",\"value\":{\"stringValue\":\"{\\\"card\\\":\\\"4000-1234\\\"}\"}}]}]}]}]}";
    try (IngestTesting path = new IngestTesting(directory)) {
      path.mask("4000-[0-9]+");
      String body = json.formatted(TRACE, System.currentTimeMillis() * 1_000_000);
      assertThat(send(path, body, Room.PLENTY).status()).isEqualTo(200);
      path.settle();
      assertThat(path.trace(TRACE).orElseThrow().events())
          .isNotEmpty()
          .allSatisfy(e -> assertThat(e.contentJson() + e.metadataJson()).doesNotContain("4000-"));
    }
  }
}
