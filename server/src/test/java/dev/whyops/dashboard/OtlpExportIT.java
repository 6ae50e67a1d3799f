package dev.whyops.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Spans of an export keep the rules of OpenTelemetry. */
class OtlpExportIT {
  @TempDir private Path folder;

  @Test
  @DisplayName("DA-09 an OTLP export has one span for all events that share it, and loses none")
  void exportsEachSpanOnce() {
    try (DashboardRig rig = new DashboardRig(folder)) {
      Client client = rig.client(rig.logIn());
      Instant start = Instant.now().minusSeconds(600);
      rig.traces.land(
          new Story(rig.project().id(), "otlp", "trc_otlp", start)
              .result("before", "ok")
              .span("call")
              .asks("where?")
              .answers(10, 5, 700L, 200)
              .calls("search")
              .events());
      JsonNode spans =
          client
              .get("/api/traces/trc_otlp/export?format=otlp")
              .json()
              .at("/resourceSpans/0/scopeSpans/0/spans");
      assertThat(spans.valueStream().map(s -> s.get("spanId").asString()))
          .hasSize(2)
          .doesNotHaveDuplicates();
      JsonNode call = spans.get(1);
      assertThat(call.get("name").asString()).isEqualTo("chat gpt-test");
      assertThat(call.get("attributes").toString()).contains("gen_ai.usage.input_tokens");
      assertThat(call.get("events").valueStream().map(e -> e.get("name").asString()))
          .containsExactly("user_message", "execute_tool search");
      assertThat(call.get("events").toString()).contains("where?");
      long nanos =
          Long.parseLong(call.get("endTimeUnixNano").asString())
              - Long.parseLong(call.get("startTimeUnixNano").asString());
      assertThat(nanos).isEqualTo(2_000_000_000L);
    }
  }
}
