package dev.whyops.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import dev.whyops.endpoint.Request;
import dev.whyops.http.Answer;
import dev.whyops.http.ApiException;
import dev.whyops.trace.TraceDetail;
import dev.whyops.trace.TraceSummary;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OtlpTest {
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final long NOW = System.currentTimeMillis() * 1_000_000;

  @TempDir Path directory;

  private static Answer send(IngestTesting path, byte[] body, String type) {
    return path.otlp.handle(
        new Request(
            "r",
            "POST",
            "/v1/traces",
            Map.of(),
            Map.of("content-type", List.of(type)),
            body,
            IngestTesting.caller(IngestTesting.PROJECT)));
  }

  private static KeyValue attribute(String name, String value) {
    return KeyValue.newBuilder()
        .setKey(name)
        .setValue(AnyValue.newBuilder().setStringValue(value))
        .build();
  }

  private static KeyValue attribute(String name, long value) {
    return KeyValue.newBuilder()
        .setKey(name)
        .setValue(AnyValue.newBuilder().setIntValue(value))
        .build();
  }

  private static Span.Builder span(String traceId, String spanId, String name) {
    return Span.newBuilder()
        .setTraceId(ByteString.copyFrom(HexFormat.of().parseHex(traceId)))
        .setSpanId(ByteString.copyFrom(HexFormat.of().parseHex(spanId)))
        .setName(name)
        .setStartTimeUnixNano(NOW)
        .setEndTimeUnixNano(NOW + 250_000_000);
  }

  private static byte[] export(Span... spans) {
    return ExportTraceServiceRequest.newBuilder()
        .addResourceSpans(
            ResourceSpans.newBuilder()
                .setResource(Resource.newBuilder().addAttributes(attribute("service.name", "shop")))
                .addScopeSpans(ScopeSpans.newBuilder().addAllSpans(List.of(spans))))
        .build()
        .toByteArray();
  }

  @Test
  void showsSpansOfAnAgentRun() throws Exception {
    Span root = span(TRACE, "00f067aa0ba902b0", "agent run").build();
    Span wrapper =
        span(TRACE, "00f067aa0ba902b1", "chain")
            .setParentSpanId(root.getSpanId())
            .addAttributes(attribute("openinference.span.kind", "LLM"))
            .addAttributes(attribute("llm.model_name", "gpt-4o"))
            .addAttributes(attribute("llm.token_count.prompt", 100))
            .build();
    Span chat =
        span(TRACE, "00f067aa0ba902b2", "chat gpt-4o")
            .setParentSpanId(wrapper.getSpanId())
            .addAttributes(attribute("gen_ai.operation.name", "chat"))
            .addAttributes(attribute("gen_ai.provider.name", "openai"))
            .addAttributes(attribute("gen_ai.request.model", "gpt-4o"))
            .addAttributes(attribute("gen_ai.agent.name", "support"))
            .addAttributes(attribute("gen_ai.conversation.id", "conv-1"))
            .addAttributes(attribute("gen_ai.usage.input_tokens", 100))
            .addAttributes(attribute("gen_ai.usage.cache_read.input_tokens", 40))
            .addAttributes(attribute("gen_ai.usage.output_tokens", 20))
            .addAttributes(
                attribute(
                    "gen_ai.input.messages",
                    "[{\"role\":\"user\",\"parts\":[{\"type\":\"text\",\"content\":\"Where?\"}]}]"))
            .addAttributes(attribute("gen_ai.output.messages", "not json"))
            .build();
    Span tool =
        span(TRACE, "00f067aa0ba902b3", "execute_tool search")
            .setParentSpanId(chat.getSpanId())
            .addAttributes(attribute("gen_ai.operation.name", "execute_tool"))
            .addAttributes(attribute("gen_ai.tool.name", "search"))
            .addAttributes(attribute("gen_ai.tool.call.id", "call_1"))
            .addEvents(
                Span.Event.newBuilder()
                    .setName("exception")
                    .setTimeUnixNano(NOW + 1)
                    .addAttributes(attribute("exception.message", "boom")))
            .build();
    try (IngestTesting path = new IngestTesting(directory)) {
      byte[] body = export(root, wrapper, chat, tool);
      Answer answer = send(path, body, "application/x-protobuf");
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.headers()).containsEntry("Content-Type", "application/x-protobuf");
      assertThat(ExportTraceServiceResponse.parseFrom(answer.json()).hasPartialSuccess()).isFalse();
      assertThat(send(path, body, "application/x-protobuf").status()).isEqualTo(200);
      TraceDetail trace = path.trace(TRACE).orElseThrow();
      assertThat(trace.summary().tokens().total()).isEqualTo(120);
      assertThat(trace.summary().tokens().cacheRead()).isEqualTo(40);
      assertThat(trace.summary().costNanoUsd()).isPositive();
      assertThat(trace.events()).hasSize(8);
      assertThat(trace.events())
          .extracting(Event::type)
          .contains(EventType.ERROR, EventType.TOOL_CALL_RESPONSE);
      Event said =
          trace.events().stream()
              .filter(e -> e.type() == EventType.LLM_RESPONSE && e.facts().usage() != null)
              .findFirst()
              .orElseThrow();
      assertThat(said.contentJson()).isEqualTo("{\"content\":\"not json\"}");
      assertThat(said.agent().name()).isEqualTo("support");
      assertThat(said.place().threadId()).isEqualTo("conv-1");
      assertThat(said.place().parentSpanId()).isEqualTo("00f067aa0ba902b1");
      assertThat(said.facts().latencyUs()).isEqualTo(250_000);
      assertThat(trace.completeness().orphans()).isZero();
    }
  }

  @Test
  void readsTheJsonForm() throws Exception {
    String json =
        """
        {"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"shop"}}]},
         "scopeSpans":[{"scope":{"name":"x"},"spans":[{"traceId":"%s","spanId":"00f067aa0ba902b2","name":"llm",
          "startTimeUnixNano":"%d","endTimeUnixNano":"%d","kind":3,
          "attributes":[{"key":"gen_ai.system","value":{"stringValue":"anthropic"}},
           {"key":"gen_ai.response.model","value":{"stringValue":"claude"}},
           {"key":"gen_ai.prompt.0.role","value":{"stringValue":"user"}},
           {"key":"gen_ai.prompt.0.content","value":{"stringValue":"Hi"}},
           {"key":"gen_ai.usage.prompt_tokens","value":{"intValue":"7"}},
           {"key":"gen_ai.usage.completion_tokens","value":{"intValue":3}}]}]}]}]}\
        """
            .formatted(TRACE, NOW, NOW + 1000);
    try (IngestTesting path = new IngestTesting(directory)) {
      Answer answer =
          send(path, json.getBytes(StandardCharsets.UTF_8), "application/json; charset=utf-8");
      assertThat(new String(answer.json(), StandardCharsets.UTF_8)).isEqualTo("{}");
      TraceDetail trace = path.trace(TRACE).orElseThrow();
      assertThat(trace.events().getFirst().contentJson())
          .isEqualTo("{\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}");
      assertThat(trace.summary().tokens().input()).isEqualTo(7);
      assertThat(trace.summary().models()).containsExactly("claude");
      assertThat(trace.summary().agentName()).isEqualTo("shop");
    }
  }

  @Test
  @DisplayName("IN-15 a count that cannot be one of tokens is none, in spans too")
  void takesNoAbsurdCounts() throws Exception {
    try (IngestTesting path = new IngestTesting(directory)) {
      for (long count : new long[] {Long.MAX_VALUE, 1_000_000_000_001L, -1}) {
        Span span =
            span(TRACE, String.format("%016x", Math.abs(count)), "llm")
                .addAttributes(attribute("gen_ai.operation.name", "chat"))
                .addAttributes(attribute("gen_ai.request.model", "gpt-4o"))
                .addAttributes(attribute("gen_ai.usage.input_tokens", count))
                .addAttributes(attribute("gen_ai.usage.output_tokens", 3))
                .build();
        send(path, export(span), "application/x-protobuf");
      }
      TraceSummary.Tokens tokens = path.trace(TRACE).orElseThrow().summary().tokens();
      assertThat(tokens.input()).isZero();
      assertThat(tokens.output()).isEqualTo(9);
    }
  }

  @Test
  @DisplayName("IN-29 bad spans are told as partial success, all bad or undecodable is 400")
  void in29() throws Exception {
    Span good = span(TRACE, "00f067aa0ba902b0", "good").build();
    List<Span> bad =
        List.of(
            span("0".repeat(32), "00f067aa0ba902b1", "zero").build(),
            span(TRACE, "00f067aa0ba902b1", "short")
                .setTraceId(ByteString.copyFrom(new byte[15]))
                .build(),
            span(TRACE, "0".repeat(16), "zero span").build(),
            span(TRACE, "00f067aa0ba902b4", "bytes")
                .addAttributes(
                    KeyValue.newBuilder()
                        .setKey("x")
                        .setValue(
                            AnyValue.newBuilder()
                                .setBytesValue(ByteString.copyFrom(new byte[1 << 20]))))
                .build(),
            span(TRACE, "00f067aa0ba902b5", "enum").setKindValue(99).build(),
            span(TRACE, "00f067aa0ba902b6", "twice")
                .addAttributes(attribute("a", 1))
                .addAttributes(attribute("a", 2))
                .build());
    try (IngestTesting path = new IngestTesting(directory)) {
      for (Span one : bad) {
        ApiException e =
            catchThrowableOfType(
                ApiException.class, () -> send(path, export(one), "application/x-protobuf"));
        assertThat(e).as(one.getName()).isNotNull();
        assertThat(e.status()).isEqualTo(400);
        Answer answer = send(path, export(good, one), "application/x-protobuf");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(
                ExportTraceServiceResponse.parseFrom(answer.json())
                    .getPartialSuccess()
                    .getRejectedSpans())
            .isEqualTo(1);
      }
      for (byte[] garbage : List.of(new byte[] {1, 2, 3}, "{".getBytes(StandardCharsets.UTF_8))) {
        for (String type : List.of("application/x-protobuf", "application/json")) {
          ApiException e =
              catchThrowableOfType(ApiException.class, () -> send(path, garbage, type));
          assertThat(e).isNotNull();
          assertThat(e.status()).isEqualTo(400);
        }
      }
      assertThat(path.trace(TRACE).orElseThrow().events()).hasSize(1);
    }
  }
}
