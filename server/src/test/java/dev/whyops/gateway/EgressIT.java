package dev.whyops.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.project.ProjectScope;
import dev.whyops.provider.ProviderType;
import dev.whyops.route.ProviderProbe.Result;
import dev.whyops.route.ProviderRef;
import java.net.InetAddress;
import java.net.URI;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The outbound gate with real sockets: nothing is connected to that was not checked. */
class EgressIT {
  private static final ProjectScope SCOPE = new ProjectScope(Harness.PROJECT);

  private static ProviderRef at(Harness gateway, String url) {
    return gateway.add(
        "openai",
        ProviderType.OPENAI,
        1,
        p ->
            new ProviderRef(
                p.id(),
                p.slug(),
                p.type(),
                URI.create(url),
                true,
                false,
                false,
                p.timeouts(),
                0,
                null));
  }

  private static RawClient.Reply ask(Harness gateway) throws Exception {
    try (RawClient client = gateway.client()) {
      client.post("/v1/chat/completions", "{\"model\":\"m\"}");
      return client.read();
    }
  }

  @Test
  @DisplayName(
      "PX-40 PX-43 rebindingReachesNothing: a name that leads inside when used is refused, and"
          + " nothing is reached")
  void px43Rebinding() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    try (ScriptedUpstream sink = ScriptedUpstream.answering(ScriptedUpstream.json("{}"));
        Harness gateway =
            new Harness(
                HttpLimits.DEFAULT,
                List.of(),
                host ->
                    new InetAddress[] {
                      InetAddress.getByName(
                          asked.getAndIncrement() == 0 ? "93.184.216.34" : "127.0.0.1")
                    })) {
      ProviderRef provider = at(gateway, "https://rebind.example:" + sink.port());
      gateway.server.gate().demand(provider.baseUrl());
      RawClient.Reply reply = ask(gateway);
      assertThat(reply.status()).isEqualTo(502);
      assertThat(reply.header("X-WhyOps-Error")).contains("provider_unreachable");
      assertThat(reply.header("x-should-retry")).contains("false");
      assertThat(reply.text()).doesNotContain("127.0.0.1").doesNotContain("rebind");
      assertThat(sink.connections()).isZero();
      assertThat(gateway.server.probe().probe(SCOPE, provider, null))
          .isEqualTo(Result.REFUSED_BY_POLICY);
      assertThat(sink.connections()).isZero();
    }
  }

  @Test
  @DisplayName("the provider test answers one of five words")
  void probes() throws Exception {
    try (Harness gateway = new Harness();
        ScriptedUpstream up =
            new ScriptedUpstream(
                (seen, out, socket) -> {
                  String path = seen.requestLine().split(" ")[1];
                  String key = seen.header("authorization").getFirst();
                  int status =
                      !key.endsWith(Harness.CREDENTIAL) ? 401 : path.endsWith("nope") ? 404 : 200;
                  out.write(("HTTP/1.1 " + status + " X\r\nContent-Length: 0\r\n\r\n").getBytes());
                  out.flush();
                  return true;
                })) {
      ProviderRef provider = at(gateway, "http://127.0.0.1:" + up.port());
      assertThat(gateway.server.probe().probe(SCOPE, provider, null)).isEqualTo(Result.OK);
      assertThat(gateway.server.probe().probe(SCOPE, provider, "nope"))
          .isEqualTo(Result.MODEL_NOT_FOUND);
      up.script(
          (seen, out, socket) -> {
            out.write("HTTP/1.1 401 X\r\nContent-Length: 0\r\n\r\n".getBytes());
            out.flush();
            return true;
          });
      assertThat(gateway.server.probe().probe(SCOPE, provider, null)).isEqualTo(Result.AUTH_FAILED);
      up.script((seen, out, socket) -> false);
      assertThat(gateway.server.probe().probe(SCOPE, provider, null)).isEqualTo(Result.UNREACHABLE);
    }
  }

  @Test
  @DisplayName("PX-49 a server without a trusted certificate is provider_tls_failed")
  void px49PlainOrSelfSigned() throws Exception {
    try (Harness gateway = new Harness();
        ScriptedUpstream plain = ScriptedUpstream.answering("HTTP/1.1 200 OK\r\n\r\n")) {
      plain.script(
          (seen, out, socket) -> {
            out.write("not tls".getBytes());
            return false;
          });
      at(gateway, "https://127.0.0.1:" + plain.port());
      java.net.ServerSocket server = SelfSigned.listen();
      try (server) {
        gateway.providers.clear();
        at(gateway, "https://127.0.0.1:" + server.getLocalPort());
        RawClient.Reply reply = ask(gateway);
        assertThat(reply.status()).isEqualTo(502);
        assertThat(reply.header("X-WhyOps-Error")).contains("provider_tls_failed");
        assertThat(reply.header("x-should-retry")).contains("false");
      }
    }
  }
}
