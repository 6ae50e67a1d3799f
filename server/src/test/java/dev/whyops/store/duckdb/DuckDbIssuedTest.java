package dev.whyops.store.duckdb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.continuity.CallTrace.Rule;
import dev.whyops.continuity.ContinuityIndex;
import dev.whyops.continuity.Speaker;
import dev.whyops.continuity.TraceResolver;
import dev.whyops.event.Event;
import dev.whyops.event.EventType;
import dev.whyops.pricing.Cost;
import dev.whyops.project.Environment;
import dev.whyops.project.ProjectId;
import dev.whyops.provider.CallKind;
import dev.whyops.provider.Dialect;
import dev.whyops.provider.ProviderType;
import dev.whyops.record.Batch;
import dev.whyops.record.Landed;
import dev.whyops.record.Tombstone;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DuckDbIssuedTest {
  private static final ProjectId PROJECT = new ProjectId("prj_1");
  private static final Instant NOW = Instant.now();

  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path folder;

  private static Landed landed(
      long seq,
      String trace,
      EventType type,
      @Nullable String toolCallId,
      @Nullable String responseId) {
    Event event =
        new Event(
            UUID.randomUUID(),
            type,
            PROJECT,
            Environment.PRODUCTION,
            Event.Source.PROXY,
            new Event.Agent("support", null, null),
            new Event.Place(trace, "thread-" + trace, "s" + seq, null, 1, null, "user-1"),
            NOW,
            false,
            new Event.Facts(
                "second",
                "m",
                "m",
                null,
                toolCallId,
                responseId,
                null,
                "ok",
                "new",
                null,
                Cost.NONE,
                null,
                null,
                null),
            "null",
            "{}");
    return new Landed(seq, 0, NOW, event);
  }

  @Test
  void conversationsGoOnOverARestart() {
    DuckDbSettings settings = DuckDbSettings.in(folder);
    try (DuckDbEventStore store = DuckDbEventStore.open(settings, Clock.systemUTC())) {
      store.append(
          new Batch(
              1,
              4,
              1,
              List.of(
                  landed(1, "t1", EventType.LLM_RESPONSE, null, "resp_1"),
                  landed(2, "t2", EventType.TOOL_CALL_REQUEST, "call_1", null),
                  landed(3, "deleted", EventType.LLM_RESPONSE, null, "resp_gone")),
              List.of(),
              List.of(new Tombstone(4, PROJECT, "deleted"))));
      store.checkpoint();
    }
    ContinuityIndex index = new ContinuityIndex();
    try (DuckDbEventStore store = DuckDbEventStore.open(settings, Clock.systemUTC())) {
      new DuckDbIssued(store).replay(100, index::restored);
    }
    assertThat(index.byResponse(PROJECT, "resp_1").orElseThrow().providerSlug())
        .isEqualTo("second");
    assertThat(index.byResponse(PROJECT, "resp_gone")).isEmpty();
    assertThat(index.byResponse(new ProjectId("prj_2"), "resp_1")).isEmpty();
    String tool =
        "{\"messages\":[{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":\"call_1\","
            + "\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]},"
            + "{\"role\":\"tool\",\"tool_call_id\":\"call_1\",\"content\":\"x\"}]}";
    var request =
        Dialect.of(ProviderType.OPENAI)
            .request(CallKind.CHAT_COMPLETIONS, tool.getBytes(StandardCharsets.UTF_8));
    var found =
        new TraceResolver(index).resolve(new Speaker(PROJECT, "support", "user-1"), request);
    assertThat(found.orElseThrow().traceId()).isEqualTo("t2");
    assertThat(found.orElseThrow().rule()).isEqualTo(Rule.TOOL_CALL_ID);
    assertThat(new TraceResolver(index).resolve(new Speaker(PROJECT, "other", "user-1"), request))
        .isEmpty();
  }
}
