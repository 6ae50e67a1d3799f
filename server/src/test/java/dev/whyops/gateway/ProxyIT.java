package dev.whyops.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.record.Outcome;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The whole way of a call over real sockets. */
class ProxyIT {
  private static final String ASK = "{\"model\":\"gpt-4o\",\"messages\":[]}";
  private final Harness gateway = new Harness();

  @AfterEach
  void stop() {
    gateway.close();
  }

  @Test
  void relaysAPlainCallByteForByte() throws Exception {
    String answer = "{\"id\":\"chatcmpl-1\",\"choices\":[]}";
    try (ScriptedUpstream up = ScriptedUpstream.answering(ScriptedUpstream.json(answer));
        RawClient client = gateway.client()) {
      gateway.openAi(up.port());
      client.post("/v1/chat/completions", ASK, "X-Trace-ID: t-1", "OpenAI-Organization: org");
      RawClient.Reply reply = client.read();
      assertThat(reply.status()).isEqualTo(200);
      assertThat(reply.text()).isEqualTo(answer);
      assertThat(reply.header("X-Trace-ID")).contains("t-1");
      assertThat(reply.header("X-WhyOps-Continuity")).contains("header");
      ScriptedUpstream.Seen seen = up.seen().getFirst();
      assertThat(seen.requestLine()).isEqualTo("POST /v1/chat/completions HTTP/1.1");
      assertThat(seen.text()).isEqualTo(ASK);
      assertThat(seen.header("authorization")).containsExactly("Bearer " + Harness.CREDENTIAL);
      assertThat(seen.header("openai-organization")).containsExactly("org");
      assertThat(seen.header("x-agent-name")).isEmpty();
      Harness.Recorded call = gateway.onlyCall();
      assertThat(new String(call.answer(), StandardCharsets.UTF_8)).isEqualTo(answer);
      assertThat(call.end().outcome()).isInstanceOf(Outcome.Answered.class);
      client.post("/chat/completions", ASK);
      assertThat(client.read().text()).isEqualTo(answer);
      assertThat(up.connections()).isEqualTo(1);
    }
  }

  @Test
  void relaysAStreamAsItComes() throws Exception {
    String events = "data: {\"a\":1}\n\ndata: [DONE]\n\n";
    String response =
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "f\r\ndata: {\"a\":1}\n\n\r\ne\r\ndata: [DONE]\n\n\r\n0\r\n\r\n";
    try (ScriptedUpstream up = ScriptedUpstream.answering(response);
        RawClient client = gateway.client()) {
      gateway.anthropic(up.port());
      client.post("/v1/messages", "{\"model\":\"claude\",\"stream\":true}");
      RawClient.Reply reply = client.read();
      assertThat(reply.text()).isEqualTo(events);
      assertThat(reply.clean()).isTrue();
      assertThat(up.seen().getFirst().header("x-api-key")).containsExactly(Harness.CREDENTIAL);
      assertThat(new String(gateway.onlyCall().answer(), StandardCharsets.UTF_8)).isEqualTo(events);
    }
  }
}
