package dev.whyops.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.auth.Caller;
import dev.whyops.kit.SampleStreams;
import dev.whyops.project.Capture;
import dev.whyops.project.ProjectId;
import dev.whyops.project.ProjectSettings;
import dev.whyops.provider.CallKind;
import dev.whyops.record.Rewrite;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Invisible signatures over sockets: added, read, cut, and never where they would do harm. */
class SignaturesIT {
  private static final String ON = "X-WhyOps-Signature: on";
  private static final Pattern SHAPE =
      Pattern.compile("\u2063[\u200B\u200C\u200D\u2060]{92}\u2063");
  private static final String ASKED = "{\"role\":\"user\",\"content\":\"hi\"}";

  private final Harness gateway = new Harness();

  @AfterEach
  void stop() {
    gateway.close();
  }

  private static String path(CallKind kind) {
    return switch (kind) {
      case MESSAGES -> "/v1/messages";
      case RESPONSES -> "/v1/responses";
      default -> "/v1/chat/completions";
    };
  }

  private static String chat(String text) {
    return "{\"id\":\"1\",\"choices\":[{\"index\":0,\"finish_reason\":\"stop\",\"message\":"
        + "{\"role\":\"assistant\",\"content\":\""
        + text
        + "\"}}],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":1,\"total_tokens\":2}}";
  }

  private static String whole(CallKind kind, String text) {
    return switch (kind) {
      case MESSAGES ->
          "{\"id\":\"m\",\"type\":\"message\",\"role\":\"assistant\",\"content\":[{\"type\":"
              + "\"thinking\",\"thinking\":\"t\",\"signature\":\"s\"},{\"type\":\"text\",\"text\":\""
              + text
              + "\"}],\"stop_reason\":\"end_turn\"}";
      case RESPONSES ->
          "{\"id\":\"r\",\"status\":\"completed\",\"output\":[{\"type\":\"reasoning\",\"summary\":"
              + "[]},{\"type\":\"message\",\"content\":[{\"type\":\"output_text\",\"text\":\""
              + text
              + "\",\"annotations\":[]}]}]}";
      default -> chat(text);
    };
  }

  private static String json(String body) {
    return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
        + body.getBytes(StandardCharsets.UTF_8).length
        + "\r\n\r\n"
        + body;
  }

  private static String sse(String stream) {
    int size = stream.getBytes(StandardCharsets.UTF_8).length;
    return "HTTP/1.1 200 OK\r\n"
        + "Content-Type: text/event-stream\r\n"
        + "Transfer-Encoding: chunked\r\n\r\n"
        + Integer.toHexString(size)
        + "\r\n"
        + stream
        + "\r\n0\r\n\r\n";
  }

  private static ScriptedUpstream answering(String response) throws IOException {
    byte[] bytes = response.getBytes(StandardCharsets.UTF_8);
    return new ScriptedUpstream(
        (seen, out, socket) -> {
          out.write(bytes);
          out.flush();
          return true;
        });
  }

  private void providers(ScriptedUpstream up) {
    gateway.openAi(up.port());
    gateway.anthropic(up.port());
  }

  private RawClient.Reply ask(String key, String path, byte[] body, String... headers)
      throws IOException {
    try (RawClient client = gateway.client()) {
      StringBuilder head = new StringBuilder("POST " + path + " HTTP/1.1\r\nHost: x\r\n");
      head.append("Authorization: Bearer ").append(key).append("\r\nX-Agent-Name: tester\r\n");
      for (String header : headers) {
        head.append(header).append("\r\n");
      }
      client.send(head + "Content-Length: " + body.length + "\r\n\r\n").send(body);
      return client.read();
    }
  }

  private RawClient.Reply ask(String path, String body, String... headers) throws IOException {
    return ask(Harness.KEY, path, body.getBytes(StandardCharsets.UTF_8), headers);
  }

  private static String turns(String answered) {
    return "{\"model\":\"m\",\"messages\":["
        + ASKED
        + ",{\"role\":\"assistant\",\"content\":\""
        + answered
        + "\"},{\"role\":\"user\",\"content\":\"and now\"}]}";
  }

  private static String first() {
    return "{\"model\":\"m\",\"messages\":[" + ASKED + "]}";
  }

  private static String signatureIn(String text) {
    Matcher found = SHAPE.matcher(text);
    assertThat(found.find()).as("a signature in the answer").isTrue();
    return found.group();
  }

  /** A signature of a fresh trace of this project, as its client would have it. */
  private String issued(ScriptedUpstream up, String key) throws IOException {
    RawClient.Reply reply = ask(key, "/v1/chat/completions", first().getBytes(), ON);
    return signatureIn(reply.text());
  }

  @ParameterizedTest
  @EnumSource(names = {"CHAT_COMPLETIONS", "MESSAGES", "RESPONSES"})
  void signsWholeAnswersAndKnowsThemAgain(CallKind kind) throws Exception {
    String answer = whole(kind, "Hello");
    try (ScriptedUpstream up = answering(json(answer))) {
      providers(up);
      String input = kind == CallKind.RESPONSES ? "input" : "messages";
      String asked = first().replace("messages", input);
      RawClient.Reply reply = ask(path(kind), asked, ON, "Accept-Encoding: gzip");
      String signature = signatureIn(reply.text());
      assertThat(reply.text()).isEqualTo(answer.replace("Hello", "Hello" + signature));
      assertThat(reply.header("content-length")).contains("" + reply.body().length);
      assertThat(up.seen().getFirst().header("accept-encoding")).containsExactly("identity");
      Harness.Recorded call = gateway.onlyCall();
      assertThat(new String(call.answer(), StandardCharsets.UTF_8)).isEqualTo(answer);
      assertThat(call.end().rewrites())
          .singleElement()
          .satisfies(r -> assertThat(r.offset()).isEqualTo(answer.indexOf("Hello") + 5))
          .extracting(Rewrite::kind)
          .isEqualTo("signature");

      String sent = turns("Hello" + signature).replace("messages", input);
      RawClient.Reply next = ask(path(kind), sent);
      assertThat(next.header("X-WhyOps-Continuity")).contains("signature");
      assertThat(next.header("X-Trace-ID")).isEqualTo(reply.header("X-Trace-ID"));
      assertThat(up.seen().getLast().text()).isEqualTo(turns("Hello").replace("messages", input));
      Harness.await(() -> gateway.recorded.size() == 2);
      assertThat(gateway.recorded.get(1).start.rewrites())
          .singleElement()
          .satisfies(r -> assertThat(r.removedLength()).isEqualTo(282));
      assertThat(new String(gateway.recorded.get(1).start.body(), StandardCharsets.UTF_8))
          .isEqualTo(sent);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"CHAT_COMPLETIONS", "MESSAGES", "RESPONSES"})
  void signsStreamsWithOneDelta(CallKind kind) throws Exception {
    String stream = SampleStreams.of(kind);
    try (ScriptedUpstream up = answering(sse(stream))) {
      providers(up);
      gateway.settings = new ProjectSettings(Capture.FULL, true, 30, List.of());
      String asked = first().replace("{\"model", "{\"stream\":true,\"model");
      RawClient.Reply reply =
          ask(path(kind), kind == CallKind.RESPONSES ? asked.replace("messages", "input") : asked);
      assertThat(reply.clean()).isTrue();
      signatureIn(reply.text());
      assertThat(reply.text().split("\n\n")).hasSize(stream.split("\n\n").length + 1);
      Harness.Recorded call = gateway.onlyCall();
      assertThat(new String(call.answer(), StandardCharsets.UTF_8)).isEqualTo(stream);
      ByteArrayOutputStream applied = new ByteArrayOutputStream();
      byte[] original = call.answer();
      int at = 0;
      for (Rewrite r : call.end().rewrites()) {
        applied.write(original, at, (int) r.offset() - at);
        applied.writeBytes(r.inserted());
        at = (int) (r.offset() + r.removedLength());
      }
      applied.write(original, at, original.length - at);
      assertThat(applied.toByteArray()).isEqualTo(reply.body());
    }
  }

  @Test
  void usageIsHiddenAndTheAnswerSignedInOneStream() throws Exception {
    String stream = SampleStreams.of(CallKind.CHAT_COMPLETIONS);
    try (ScriptedUpstream up = answering(sse(stream))) {
      gateway.add(
          "openai",
          dev.whyops.provider.ProviderType.OPENAI,
          up.port(),
          p ->
              new dev.whyops.route.ProviderRef(
                  p.id(),
                  p.slug(),
                  p.type(),
                  p.baseUrl(),
                  true,
                  false,
                  true,
                  p.timeouts(),
                  0,
                  null));
      String asked = first().replace("{\"model", "{\"stream\":true,\"model");
      RawClient.Reply reply = ask("/v1/chat/completions", asked, ON);
      assertThat(reply.text()).doesNotContain("prompt_tokens").endsWith("data: [DONE]\n\n");
      signatureIn(reply.text());
      assertThat(gateway.onlyCall().end().rewrites())
          .extracting(Rewrite::kind)
          .containsExactly("signature", "usage_chunk");
    }
  }

  @Test
  @DisplayName("PX-81 PX-82 forgedSignatureIsPlainText: neither used nor cut")
  void px82ForeignSignatures() throws Exception {
    try (ScriptedUpstream up = answering(json(chat("Hello")))) {
      providers(up);
      Caller own = Objects.requireNonNull(gateway.callers.get(Harness.KEY));
      gateway.callers.put(
          "other",
          new Caller(
              new ProjectId("prj_2"),
              "other",
              own.environment(),
              "key_2",
              own.scopes(),
              null,
              null,
              own.limits()));
      String foreign = issued(up, "other");
      String forged = foreign.substring(0, 60) + "\u200d\u200d" + foreign.substring(62);
      for (String text : List.of(foreign, forged, foreign.substring(0, 93))) {
        RawClient.Reply reply = ask("/v1/chat/completions", turns("x" + text));
        assertThat(reply.header("X-WhyOps-Continuity")).contains("new");
        assertThat(up.seen().getLast().text()).isEqualTo(turns("x" + text));
      }
      assertThat(gateway.recorded.stream().filter(c -> c.start.rewrites().isEmpty())).hasSize(4);
    }
  }

  @Test
  @DisplayName("PX-83 the last valid signature wins, all valid ones are cut, escaped ones too")
  void px83LastValidWins() throws Exception {
    try (ScriptedUpstream up = answering(json(chat("Hello")))) {
      providers(up);
      String first = issued(up, Harness.KEY);
      RawClient.Reply second = ask("/v1/chat/completions", first(), ON);
      String last = signatureIn(second.text());
      StringBuilder escaped = new StringBuilder();
      last.chars().forEach(c -> escaped.append("\\u%04X".formatted(c)));
      String junk = "\u2063" + "\u200b".repeat(92) + "\u2063";
      RawClient.Reply reply =
          ask("/v1/chat/completions", turns(junk + "a" + first + "b\\n" + escaped + "c" + junk));
      assertThat(reply.header("X-Trace-ID")).isEqualTo(second.header("X-Trace-ID"));
      assertThat(up.seen().getLast().text()).isEqualTo(turns(junk + "ab\\nc" + junk));
    }
  }

  @Test
  @DisplayName("a signature that only the user's own text holds is cut and joins nothing")
  void usersTextJoinsNothing() throws Exception {
    try (ScriptedUpstream up = answering(json(chat("Hello")))) {
      providers(up);
      String pasted = issued(up, Harness.KEY);
      String body = first().replace("hi", "hi" + pasted);
      RawClient.Reply reply = ask("/v1/chat/completions", body);
      assertThat(reply.header("X-WhyOps-Continuity")).contains("new");
      assertThat(up.seen().getLast().text()).isEqualTo(first());
    }
  }

  @ParameterizedTest(name = "PX-84 {0} symbols")
  @ValueSource(ints = {91, 93, 1_000_000})
  void px84OtherLengths(int symbols) throws Exception {
    try (ScriptedUpstream up = answering(json(chat("Hello")))) {
      providers(up);
      String body = turns("\u2063" + "\u200c".repeat(symbols) + "\u2063");
      RawClient.Reply reply = ask("/v1/chat/completions", body);
      assertThat(reply.status()).isEqualTo(200);
      assertThat(reply.header("X-WhyOps-Continuity")).contains("new");
      assertThat(reply.head()).doesNotContain("\u2063");
      assertThat(up.seen().getLast().text()).isEqualTo(body);
    }
  }

  @Test
  @DisplayName("PX-87 the header wins over the signature, which is noted and still cut")
  void px87HeaderWins() throws Exception {
    try (ScriptedUpstream up = answering(json(chat("Hello")))) {
      providers(up);
      String signature = issued(up, Harness.KEY);
      RawClient.Reply reply =
          ask("/v1/chat/completions", turns("Hello" + signature), "X-Trace-ID: mine", ON);
      assertThat(reply.header("X-Trace-ID")).contains("mine");
      assertThat(reply.header("X-WhyOps-Continuity")).contains("header");
      assertThat(reply.header("X-WhyOps-Warning")).contains("signature_of_another_trace");
      assertThat(reply.text()).isEqualTo(chat("Hello"));
      assertThat(up.seen().getLast().text()).isEqualTo(turns("Hello"));
    }
  }

  @ParameterizedTest(name = "structuredOutputGetsNoByte PX-89 {0}")
  @ValueSource(
      strings = {
        "\"response_format\":{\"type\":\"json_object\"},",
        "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{}},",
        "\"text\":{\"format\":{\"type\":\"json_schema\"}},",
        "\"output_format\":{\"type\":\"json_schema\"},",
        "\"n\":3,",
        "\"logprobs\":true,",
        "\"top_logprobs\":2,",
        "\"include\":[\"message.output_text.logprobs\"],"
      })
  void px89RequestsThatGetNone(String member) throws Exception {
    for (CallKind kind :
        List.of(CallKind.CHAT_COMPLETIONS, CallKind.MESSAGES, CallKind.RESPONSES)) {
      String answer = whole(kind, "Hello");
      try (ScriptedUpstream up = answering(json(answer))) {
        gateway.providers.clear();
        providers(up);
        String body = first().replace("{\"model", "{" + member + "\"model");
        assertThat(ask(path(kind), body, ON).text()).isEqualTo(answer);
      }
    }
  }

  @Test
  @DisplayName("structuredOutputGetsNoByte PX-89 answers that get none, and calls that are off")
  void px89AnswersThatGetNone() throws Exception {
    String call = "\"tool_calls\":[{\"id\":\"c\",\"function\":{}}],\"content\"";
    for (String answer :
        List.of(
            chat("{}"),
            chat("[1]"),
            chat(" \\n{"),
            chat(""),
            chat("x").replace("\"content\"", call),
            chat("x").replace("\"stop\"", "\"length\""),
            chat("x").replace("\"index\":0", "\"index\":0,\"logprobs\":{\"content\":[1]}"),
            chat("x").replace("\"choices\":[", "\"choices\":[{},"),
            "not json")) {
      try (ScriptedUpstream up = answering(json(answer))) {
        gateway.providers.clear();
        providers(up);
        assertThat(ask("/v1/chat/completions", first(), ON).text()).isEqualTo(answer);
      }
    }
    try (ScriptedUpstream up = answering(json(chat("Hello")))) {
      gateway.providers.clear();
      providers(up);
      gateway.settings = new ProjectSettings(Capture.FULL, true, 30, List.of());
      for (String header : List.of("X-WhyOps-Signature: off", "X-Trace-ID: t", "X-Thread-ID: t")) {
        assertThat(ask("/v1/chat/completions", first(), header).text()).isEqualTo(chat("Hello"));
      }
      String begun = turns("x").replace(",{\"role\":\"user\",\"content\":\"and now\"}", "");
      assertThat(ask("/v1/chat/completions", begun).text()).isEqualTo(chat("Hello"));
      assertThat(ask("/v1/chat/completions", first(), "X-WhyOps-Signature: maybe").text())
          .isNotEqualTo(chat("Hello"));
    }
  }

  @Test
  void aCodedAnswerIsRelayedAsItIs() throws Exception {
    ByteArrayOutputStream coded = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(coded)) {
      gzip.write(chat("Hello").getBytes(StandardCharsets.UTF_8));
    }
    String head =
        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: " + coded.size() + "\r\n\r\n";
    try (ScriptedUpstream up =
        new ScriptedUpstream(
            (seen, out, socket) -> {
              out.write(head.getBytes());
              out.write(coded.toByteArray());
              out.flush();
              return true;
            })) {
      providers(up);
      assertThat(ask("/v1/chat/completions", first(), ON).body()).isEqualTo(coded.toByteArray());
    }
  }

  @Test
  void codedRequestsAreReadAndCutToo() throws Exception {
    try (ScriptedUpstream up = answering(json(chat("Hello")))) {
      providers(up);
      String signature = issued(up, Harness.KEY);
      ByteArrayOutputStream coded = new ByteArrayOutputStream();
      try (GZIPOutputStream gzip = new GZIPOutputStream(coded)) {
        gzip.write(turns("Hello" + signature).getBytes(StandardCharsets.UTF_8));
      }
      RawClient.Reply reply =
          ask(Harness.KEY, "/v1/chat/completions", coded.toByteArray(), "Content-Encoding: gzip");
      assertThat(reply.header("X-WhyOps-Continuity")).contains("signature");
      assertThat(up.seen().getLast().text()).isEqualTo(turns("Hello"));
      assertThat(up.seen().getLast().header("content-encoding")).isEmpty();
    }
  }

  @Test
  @DisplayName("a body that is larger than what is collected is held and cut all the same")
  void largeBodiesAreCutToo() throws Exception {
    try (ScriptedUpstream up = answering(json(chat("Hello")))) {
      providers(up);
      String signature = issued(up, Harness.KEY);
      String long1 = "Hello" + "x".repeat(300_000);
      RawClient.Reply reply = ask("/v1/chat/completions", turns(long1 + signature));
      assertThat(reply.header("X-WhyOps-Continuity")).contains("signature");
      assertThat(up.seen().getLast().text()).isEqualTo(turns(long1));
    }
  }

  @Test
  void aProviderThatBreaksOffIsSeenToBreakOff() throws Exception {
    String answer = chat("Hello");
    try (ScriptedUpstream up =
        new ScriptedUpstream(
            (seen, out, socket) -> {
              out.write(json(answer).substring(0, json(answer).length() - 20).getBytes());
              out.flush();
              return false;
            })) {
      providers(up);
      RawClient.Reply reply = ask("/v1/chat/completions", first(), ON);
      assertThat(reply.status()).isEqualTo(200);
      assertThat(reply.clean()).isFalse();
      assertThat(answer).startsWith(reply.text());
    }
  }

  @Test
  void answersOfUnknownLengthAreSignedToo() throws Exception {
    String answer = chat("Hello");
    try (ScriptedUpstream up =
        answering(sse(answer).replace("text/event-stream", "application/json"))) {
      providers(up);
      RawClient.Reply reply = ask("/v1/chat/completions", first(), ON);
      assertThat(reply.text())
          .isEqualTo(answer.replace("Hello", "Hello" + signatureIn(reply.text())));
      assertThat(reply.clean()).isTrue();
    }
  }
}
