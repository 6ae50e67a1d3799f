package dev.whyops.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.provider.ProviderType;
import dev.whyops.record.Outcome;
import dev.whyops.route.ProviderRef;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Routes, the changes that a body may get on its way, retries and fallbacks. */
class EditsIT {
  private static final String PATH = "/v1/chat/completions";
  private static final String SSE =
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";
  private final Harness gateway = new Harness();

  @AfterEach
  void stop() {
    gateway.close();
  }

  private static UnaryOperator<ProviderRef> with(
      boolean slashes, boolean inject, int retries, String fallback) {
    return p ->
        new ProviderRef(
            p.id(),
            p.slug(),
            p.type(),
            p.baseUrl(),
            p.isDefault(),
            slashes,
            inject,
            p.timeouts(),
            retries,
            fallback.isEmpty() ? null : fallback);
  }

  private RawClient.Reply ask(String path, String body, String... headers) throws IOException {
    try (RawClient client = gateway.client()) {
      client.post(path, body, headers);
      return client.read();
    }
  }

  private static void write(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  private static String chunk(String text) {
    return Integer.toHexString(text.getBytes(StandardCharsets.UTF_8).length)
        + "\r\n"
        + text
        + "\r\n";
  }

  @ParameterizedTest(name = "the slug is cut from {0}")
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "openai/gpt-4o|gpt-4o",
        "openai/org/model|org/model",
        "openai\\/gpt|gpt",
        "openai\\u002fgpt|gpt",
        "op\\u0065nai/gpt|gpt",
        "openai/../../v1/files|../../v1/files"
      },
      delimiter = '|')
  void cutsTheSlug(String sent, String received) throws Exception {
    try (ScriptedUpstream up = ScriptedUpstream.answering(ScriptedUpstream.json("{}"))) {
      gateway.openAi(up.port());
      String rest = "\", \"x\" : [1 ,2] }";
      assertThat(ask(PATH, "{ \"a\":\"b\",\"model\" :  \"" + sent + rest).status()).isEqualTo(200);
      assertThat(up.seen().getFirst().text())
          .isEqualTo("{ \"a\":\"b\",\"model\" :  \"" + received + rest);
      assertThat(gateway.onlyCall().start.rewrites()).hasSize(1);
      assertThat(new String(gateway.onlyCall().start.body(), StandardCharsets.UTF_8))
          .contains(sent);
    }
  }

  @ParameterizedTest(name = "PX-39 PX-56 PX-57 unknownSlugIsRefused {0}")
  @ValueSource(strings = {"a/", "/b", "../x", "%2e%2e/x", "meta-llama/Llama-3", "foreign/m"})
  void px57UnknownSlugs(String model) throws Exception {
    try (ScriptedUpstream up = ScriptedUpstream.answering(ScriptedUpstream.json("{}"))) {
      ProviderRef plain = gateway.openAi(up.port());
      RawClient.Reply reply = ask(PATH, "{\"model\":\"" + model + "\"}");
      assertThat(reply.status()).isEqualTo(404);
      assertThat(reply.header("X-WhyOps-Error")).contains("unknown_provider");
      assertThat(up.seen()).isEmpty();
      gateway.providers.clear();
      gateway.providers.add(with(true, false, 0, "").apply(plain));
      assertThat(ask(PATH, "{\"model\":\"" + model + "\"}").status()).isEqualTo(200);
      assertThat(up.seen().getFirst().text()).isEqualTo("{\"model\":\"" + model + "\"}");
      assertThat(gateway.intake.refusals(Harness.PROJECT)).hasSize(1);
    }
  }

  @ParameterizedTest(name = "PX-01 PX-02 PX-07 PX-17 PX-39 rule J {index}")
  @ValueSource(
      strings = {
        "not json",
        "",
        "null",
        "[]",
        "\"x\"",
        "{\"messages\":[",
        "\u00fe\u00ff{",
        "{\"a\":\"\u00c3(",
        "{\"model\":\"m\",\"x\":",
        "{\"model\":5}",
        "{}",
        "{\"model\":null}",
        "\u00ef\u00bb\u00bf{}"
      })
  void ruleJ(String latin1) throws Exception {
    byte[] body = latin1.getBytes(StandardCharsets.ISO_8859_1);
    boolean readable = latin1.contains("model") || latin1.equals("{}") || latin1.endsWith("{}");
    try (ScriptedUpstream up = ScriptedUpstream.answering(ScriptedUpstream.json("{}"))) {
      gateway.openAi(up.port());
      assertThat(raw(body)).isEqualTo(200);
      assertThat(up.seen().getFirst().body()).isEqualTo(body);
      gateway.add("second", ProviderType.OPENAI, up.port(), p -> notDefault(p));
      assertThat(raw(body)).isEqualTo(readable ? 200 : 400);
    }
  }

  private static ProviderRef notDefault(ProviderRef p) {
    return new ProviderRef(
        p.id(), p.slug(), p.type(), p.baseUrl(), false, false, false, p.timeouts(), 0, null);
  }

  private int raw(byte[] body) throws IOException {
    try (RawClient client = gateway.client()) {
      client.send(
          "POST "
              + PATH
              + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
              + Harness.KEY
              + "\r\nX-Agent-Name: a\r\nContent-Length: "
              + body.length
              + "\r\n\r\n");
      client.send(body);
      return client.read().status();
    }
  }

  @Test
  @DisplayName("PX-03 nesting of 10 000 is forwarded unchanged and the model behind it is found")
  void px03DeepNesting() throws Exception {
    String deep = "[".repeat(10_000) + "]".repeat(10_000);
    String objects = "{\"a\":".repeat(10_000) + "1" + "}".repeat(10_000);
    try (ScriptedUpstream up = ScriptedUpstream.answering(ScriptedUpstream.json("{}"))) {
      gateway.openAi(up.port());
      gateway.add("second", ProviderType.OPENAI, up.port(), p -> notDefault(p));
      for (String nested : List.of(deep, objects)) {
        String body = "{\"x\":" + nested + ",\"model\":\"second/m\"}";
        assertThat(ask(PATH, body).status()).isEqualTo(200);
        assertThat(up.seen().getLast().text()).isEqualTo(body.replace("second/", ""));
      }
    }
  }

  @Test
  @DisplayName("no provider, two without a default, the wrong dialect, a provider in the path")
  void choosesTheProvider() throws Exception {
    RawClient.Reply none = ask(PATH, "{\"model\":\"m\"}");
    assertThat(none.header("X-WhyOps-Error")).contains("provider_not_configured");
    assertThat(none.text()).contains("No OpenAI provider is configured for project default");
    try (ScriptedUpstream up = ScriptedUpstream.answering(ScriptedUpstream.json("{}"))) {
      gateway.anthropic(up.port());
      assertThat(ask(PATH, "{\"model\":\"anthropic/m\"}").header("X-WhyOps-Error"))
          .contains("provider_dialect_mismatch");
      assertThat(ask("/providers/anthropic/v1/messages", "{\"model\":\"m\"}").status())
          .isEqualTo(200);
      assertThat(ask("/providers/nobody/v1/messages", "{\"model\":\"m\"}").status()).isEqualTo(404);
      gateway.add("a", ProviderType.OPENAI, up.port(), p -> notDefault(p));
      gateway.add("b", ProviderType.OPENAI, up.port(), p -> notDefault(p));
      assertThat(ask(PATH, "{\"model\":\"m\"}").header("X-WhyOps-Error"))
          .contains("provider_not_configured");
    }
  }

  @ParameterizedTest(name = "{0} {1} goes to {2}")
  @CsvSource({
    "OPENAI, https://h/v1, /v1/files, /v1/files",
    "OPENAI, https://h/v1beta/openai/, /v1/files, /v1beta/openai/files",
    "OPENAI, https://h, /files, /v1/files",
    "ANTHROPIC, https://h, /v1/files, /v1/files",
    "ANTHROPIC, https://h/v1/, /files, /v1/files",
    "ANTHROPIC, https://h/proxy, /files, /proxy/v1/files"
  })
  void buildsTheUpstreamUrl(ProviderType type, String base, String path, String expected)
      throws Exception {
    try (ScriptedUpstream up = ScriptedUpstream.answering(ScriptedUpstream.json("{}"))) {
      URI url = URI.create(base.replace("https://h", "http://127.0.0.1:" + up.port()));
      gateway.add(
          "x",
          type,
          up.port(),
          p ->
              new ProviderRef(
                  p.id(), p.slug(), type, url, true, false, false, p.timeouts(), 0, null));
      String hint = type == ProviderType.ANTHROPIC ? "anthropic-version: 1" : "X-None: 1";
      ask(path + "?a=b%20c", "{}", hint);
      assertThat(up.seen().getFirst().requestLine())
          .isEqualTo("POST " + expected + "?a=b%20c HTTP/1.1");
    }
  }

  @Test
  @DisplayName(
      "D1 D3 E1 C7 usage is asked for where the client did not, and its chunk taken out again")
  void d1InjectsAndHides() throws Exception {
    String first = "data: {\"choices\":[{\"delta\":{\"content\":\"hi\"}}],\"usage\":null}\n\n";
    String usage = "data: {\"id\":\"1\",\"choices\": [],\"usage\":{\"prompt_tokens\":1}}\n\n";
    String done = "data: [DONE]\n\n";
    String stream = SSE + chunk(first) + chunk(usage) + chunk(done) + "0\r\n\r\n";
    for (String wire : List.of(stream, SSE + chunk(first + usage + done) + "0\r\n\r\n")) {
      gateway.providers.clear();
      gateway.recorded.clear();
      try (ScriptedUpstream up = ScriptedUpstream.answering(wire)) {
        gateway.providers.add(with(false, true, 0, "").apply(gateway.openAi(up.port())));
        gateway.providers.removeFirst();
        String body = "{\"model\":\"m\",\"stream\":true}";
        RawClient.Reply reply = ask(PATH, body, "Accept-Encoding: gzip");
        assertThat(reply.text()).isEqualTo(first + done);
        assertThat(reply.clean()).isTrue();
        ScriptedUpstream.Seen seen = up.seen().getFirst();
        assertThat(seen.text())
            .isEqualTo(
                "{\"stream_options\":{\"include_usage\":true},\"model\":\"m\",\"stream\":true}");
        assertThat(seen.header("accept-encoding")).containsExactly("identity");
        Harness.Recorded call = gateway.onlyCall();
        assertThat(new String(call.answer(), StandardCharsets.UTF_8))
            .isEqualTo(first + usage + done);
        assertThat(call.end().rewrites()).hasSize(1);
        assertThat(call.end().rewrites().getFirst().offset()).isEqualTo(first.length());
        assertThat(call.end().rewrites().getFirst().removedLength()).isEqualTo(usage.length());
      }
    }
  }

  @Test
  @DisplayName("D1 the usage chunk is found however the stream is cut")
  void d1CutAtEveryByte() throws Exception {
    String first = "data: {\"choices\":[{\"delta\":{\"content\":\"hi\"}}]}\r\n\r\n";
    String usage = "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":1}}\r\n\r\n";
    String done = "data: [DONE]\r\n\r\n";
    String all = first + usage + done;
    for (int cut = 1; cut < all.length(); cut += 3) {
      int at = cut;
      gateway.providers.clear();
      try (ScriptedUpstream up =
          new ScriptedUpstream(
              (seen, out, socket) -> {
                write(out, SSE + chunk(all.substring(0, at)));
                Thread.sleep(2);
                write(out, chunk(all.substring(at)) + "0\r\n\r\n");
                return true;
              })) {
        gateway.providers.add(with(false, true, 0, "").apply(gateway.openAi(up.port())));
        gateway.providers.removeFirst();
        assertThat(ask(PATH, "{\"model\":\"m\",\"stream\":true}").text())
            .as("cut at %d", at)
            .isEqualTo(first + done);
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {
        "{\"model\":\"m\",\"stream\":false}",
        "{\"model\":\"m\"}",
        "{\"model\":\"m\",\"stream\":true,\"stream_options\":{\"include_usage\":false}}",
        "{\"model\":\"m\",\"stream\":true,\"stream_options\":{\"include_usage\":true}}"
      })
  void leavesOtherRequestsAlone(String body) throws Exception {
    try (ScriptedUpstream up = ScriptedUpstream.answering(ScriptedUpstream.json("{}"))) {
      gateway.providers.add(with(false, true, 0, "").apply(gateway.openAi(up.port())));
      gateway.providers.removeFirst();
      ask(PATH, body);
      assertThat(up.seen().getFirst().text()).isEqualTo(body);
    }
  }

  @Test
  @DisplayName("D2 a provider that answers 400 to the question is asked without, and remembered")
  void d2LearnsRefusal() throws Exception {
    try (ScriptedUpstream up =
        new ScriptedUpstream(
            (seen, out, socket) -> {
              String status = seen.text().contains("include_usage") ? "400 Bad" : "200 OK";
              write(out, "HTTP/1.1 " + status + "\r\nContent-Length: 2\r\n\r\n{}");
              return true;
            })) {
      gateway.providers.add(with(false, true, 0, "").apply(gateway.openAi(up.port())));
      gateway.providers.removeFirst();
      String body = "{\"model\":\"m\",\"stream\":true,\"stream_options\":{\"x\":1}}";
      assertThat(ask(PATH, body).status()).isEqualTo(200);
      assertThat(up.seen()).hasSize(2);
      assertThat(up.seen().getLast().text()).isEqualTo(body);
      assertThat(ask(PATH, body).status()).isEqualTo(200);
      assertThat(up.seen()).hasSize(3);
    }
  }

  @Test
  @DisplayName("PX-74 F-18 retries only where configured, at most two, then the answer goes on")
  void px74Retries() throws Exception {
    try (ScriptedUpstream up =
        ScriptedUpstream.answering(
            "HTTP/1.1 429 Slow\r\nRetry-After: 0\r\nContent-Length: 2\r\n\r\n{}")) {
      ProviderRef plain = gateway.openAi(up.port());
      assertThat(ask(PATH, "{\"model\":\"m\"}").status()).isEqualTo(429);
      assertThat(up.seen()).hasSize(1);
      gateway.providers.clear();
      gateway.providers.add(with(false, false, 9, "").apply(plain));
      RawClient.Reply reply = ask(PATH, "{\"model\":\"m\"}");
      assertThat(reply.status()).isEqualTo(429);
      assertThat(reply.header("Retry-After")).contains("0");
      assertThat(up.seen()).hasSize(4);
    }
  }

  @Test
  @DisplayName("C11 the fallback is asked before the first byte, never after it")
  void c11Fallback() throws Exception {
    try (ScriptedUpstream bad =
            ScriptedUpstream.answering("HTTP/1.1 503 Down\r\nContent-Length: 2\r\n\r\n{}");
        ScriptedUpstream good = ScriptedUpstream.answering(ScriptedUpstream.json("{\"b\":1}"))) {
      ProviderRef plain = gateway.openAi(bad.port());
      gateway.providers.clear();
      gateway.providers.add(with(false, false, 0, "backup").apply(plain));
      gateway.add("backup", ProviderType.OPENAI, good.port(), p -> notDefault(p));
      RawClient.Reply reply = ask(PATH, "{\"model\":\"m\"}");
      assertThat(reply.text()).isEqualTo("{\"b\":1}");
      assertThat(reply.header("X-WhyOps-Warning")).contains("fallback_backup");
      bad.script(
          (seen, out, socket) -> {
            write(out, SSE + chunk("data: 1\n\n"));
            return false;
          });
      RawClient.Reply broken = ask(PATH, "{\"model\":\"m\"}");
      assertThat(broken.clean()).isFalse();
      assertThat(good.seen()).hasSize(1);
    }
  }

  @Test
  @DisplayName("PX-04 PX-05 PX-06 E5 the body limits of the routes")
  void px06BodyLimits() throws Exception {
    try (ScriptedUpstream up = ScriptedUpstream.answering(ScriptedUpstream.json("{}"))) {
      gateway.openAi(up.port());
      String head =
          " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
              + Harness.KEY
              + "\r\nX-Agent-Name: a\r\n";
      try (RawClient client = gateway.client()) {
        client.send("POST " + PATH + head + "Content-Length: 52428800\r\n\r\n");
        assertThat(client.read().status()).isEqualTo(413);
      }
      int max = 32 * 1024 * 1024;
      byte[] body = new byte[max];
      java.util.Arrays.fill(body, (byte) ' ');
      byte[] json = "{\"model\":\"m\",\"x\":1}".getBytes(StandardCharsets.US_ASCII);
      System.arraycopy(json, 0, body, 0, json.length);
      try (RawClient client = gateway.client()) {
        client.send("POST " + PATH + head + "Content-Length: " + max + "\r\n\r\n").send(body);
        assertThat(client.read().status()).isEqualTo(200);
        assertThat(up.seen().getLast().body()).isEqualTo(body);
      }
      assertThat(gateway.onlyCall().start.bodyLength()).isEqualTo(max);
      try (RawClient client = gateway.client()) {
        client.send("POST /v1/files" + head + "Transfer-Encoding: chunked\r\n\r\n");
        client.send(Integer.toHexString(max) + "\r\n").send(body).send("\r\n");
        client.send(Integer.toHexString(max / 4) + "\r\n");
        client.send(java.util.Arrays.copyOf(body, max / 4)).send("\r\n0\r\n\r\n");
        assertThat(client.read().status()).isEqualTo(200);
        assertThat(up.seen().getLast().body()).hasSize(max + max / 4);
      }
      try (RawClient client = gateway.client()) {
        client.send("POST " + PATH + head + "Transfer-Encoding: chunked\r\n\r\n");
        client.send(Integer.toHexString(max) + "\r\n").send(body).send("\r\n1\r\n \r\n0\r\n\r\n");
        assertThat(client.read().status()).isEqualTo(413);
      }
    }
  }

  @Test
  void continuesConversations() throws Exception {
    try (ScriptedUpstream up =
        ScriptedUpstream.answering(
            ScriptedUpstream.json(
                "{\"id\":\"c1\",\"object\":\"chat.completion\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"It"
                    + " was delivered on Monday morning.\","
                    + "\"tool_calls\":[{\"id\":\"call_9\",\"type\":\"function\",\"function\":"
                    + "{\"name\":\"find\",\"arguments\":\"{}\"}}]},\"finish_reason\":\"tool_calls\"}]}"))) {
      gateway.openAi(up.port());
      String user = "{\"role\":\"user\",\"content\":\"Where is the order with number 123?\"}";
      RawClient.Reply first = ask(PATH, "{\"model\":\"m\",\"messages\":[" + user + "]}");
      assertThat(first.header("X-WhyOps-Continuity")).contains("new");
      String trace = first.header("X-Trace-ID").orElseThrow();
      Thread.sleep(300);
      String assistant =
          "{\"role\":\"assistant\",\"content\":\"It was delivered on Monday"
              + " morning.\",\"tool_calls\":[{\"id\":\"call_9\",\"type\":\"function\",\"function\":{\"name\":\"find\",\"arguments\":\"{"
              + " }\"}}]}";
      String tool = "{\"role\":\"tool\",\"tool_call_id\":\"call_9\",\"content\":\"found\"}";
      RawClient.Reply byTool =
          retryWhileLate(
              "{\"model\":\"m\",\"messages\":[" + user + "," + assistant + "," + tool + "]}");
      assertThat(byTool.header("X-WhyOps-Continuity")).contains("tool_call_id");
      assertThat(byTool.header("X-Trace-ID")).contains(trace);
      RawClient.Reply byHistory =
          retryWhileLate(
              "{\"model\":\"m\",\"messages\":[" + user + "," + assistant + "," + user + "]}");
      assertThat(byHistory.header("X-WhyOps-Continuity")).contains("history");
      assertThat(byHistory.header("X-Trace-ID")).contains(trace);
      RawClient.Reply other =
          ask(
              PATH,
              "{\"model\":\"m\",\"messages\":[" + assistant + "," + user + "]}",
              "X-External-User-Id: z");
      assertThat(other.header("X-WhyOps-Continuity")).contains("new");
    }
  }

  /** The look-up has 2 ms, which a cold JVM may miss; a missed one is counted. */
  private RawClient.Reply retryWhileLate(String body) throws IOException {
    while (true) {
      long late = gateway.server.counters().continuityLate();
      RawClient.Reply reply = ask(PATH, body);
      if (gateway.server.counters().continuityLate() == late) {
        return reply;
      }
    }
  }

  @Test
  @DisplayName(
      "previous_response_id leads to the provider that issued it; PX-88 a foreign one does not")
  void continuesResponses() throws Exception {
    String answer =
        "{\"id\":\"resp_1\",\"object\":\"response\",\"status\":\"completed\",\"output\":[{\"type\":"
            + "\"message\",\"role\":\"assistant\",\"content\":[{\"type\":\"output_text\",\"text\":\"ok\"}]}]}";
    try (ScriptedUpstream a = ScriptedUpstream.answering(ScriptedUpstream.json(answer));
        ScriptedUpstream b = ScriptedUpstream.answering(ScriptedUpstream.json(answer))) {
      gateway.openAi(a.port());
      gateway.add("second", ProviderType.OPENAI, b.port(), p -> notDefault(p));
      RawClient.Reply first = ask("/v1/responses", "{\"model\":\"second/m\",\"input\":\"hi\"}");
      assertThat(b.seen()).hasSize(1);
      Thread.sleep(300);
      String next = "{\"model\":\"m\",\"previous_response_id\":\"resp_1\",\"input\":\"more\"}";
      RawClient.Reply second = ask("/v1/responses", next);
      assertThat(b.seen()).hasSize(2);
      assertThat(second.status()).isEqualTo(200);
      assertThat(first.status()).isEqualTo(200);
      String foreign = next.replace("resp_1", "resp_of_another_project");
      ask("/v1/responses", foreign);
      assertThat(a.seen()).hasSize(1);
      assertThat(a.seen().getFirst().text()).isEqualTo(foreign);
      assertThat(gateway.recorded.getLast().end().outcome()).isInstanceOf(Outcome.Answered.class);
    }
  }

  @Test
  @DisplayName("PX-15 PX-16 E7 a coded body is read from a copy; decoded only to cut a slug")
  void px15CodedBodies() throws Exception {
    String json = "{\"messages\":[],\"model\":\"%s\"}";
    try (ScriptedUpstream up = ScriptedUpstream.answering(ScriptedUpstream.json("{}"))) {
      gateway.openAi(up.port());
      gateway.add("second", ProviderType.OPENAI, up.port(), p -> notDefault(p));
      byte[] plain = gzip(json.formatted("m"));
      assertThat(coded(plain, "gzip")).isEqualTo(200);
      assertThat(up.seen().getLast().body()).isEqualTo(plain);
      assertThat(up.seen().getLast().header("content-encoding")).containsExactly("gzip");
      assertThat(coded(gzip(json.formatted("second/m")), "gzip")).isEqualTo(200);
      assertThat(up.seen().getLast().text()).isEqualTo(json.formatted("m"));
      assertThat(up.seen().getLast().header("content-encoding")).isEmpty();
      assertThat(coded(plain, "unknown")).isEqualTo(400);
      assertThat(coded(plain, "gzip, gzip")).isEqualTo(400);
      assertThat(coded(new byte[] {1, 2, 3}, "gzip")).isEqualTo(400);
      gateway.providers.removeLast();
      assertThat(coded(new byte[] {1, 2, 3}, "gzip")).isEqualTo(200);
      assertThat(up.seen().getLast().body()).containsExactly(1, 2, 3);
    }
  }

  private static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }

  private int coded(byte[] body, String coding) throws IOException {
    try (RawClient client = gateway.client()) {
      client.send(
          "POST "
              + PATH
              + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
              + Harness.KEY
              + "\r\nX-Agent-Name: a\r\nContent-Encoding: "
              + coding
              + "\r\nContent-Length: "
              + body.length
              + "\r\n\r\n");
      client.send(body);
      return client.read().status();
    }
  }
}
