package dev.whyops.bench;

import dev.whyops.bench.Legs.Leg;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Public gateways as further legs, where {@code bench.sh --peers} has installed them. A peer that
 * does not start is a line in the log, not the end of the bench.
 */
final class Peers {
  private final Legs legs;
  private final Path folder = Path.of(System.getProperty("whyops.peers", "none")).toAbsolutePath();

  Peers(Legs legs) {
    this.legs = legs;
  }

  void start(int mock) throws InterruptedException {
    try {
      startPortkey(mock);
      startLiteLlm(mock);
    } catch (IOException e) {
      System.err.println("a peer did not start: " + e.getMessage());
    }
  }

  private void startPortkey(int mock) throws IOException, InterruptedException {
    Path script = folder.resolve("node_modules/@portkey-ai/gateway/build/start-server.js");
    if (!Files.exists(script)) {
      return;
    }
    int port = Legs.freePort();
    Process process =
        legs.spawn("portkey", Map.of(), "node", script.toString(), "--headless", "--port=" + port);
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("x-portkey-provider", "openai");
    headers.put("x-portkey-custom-host", "http://127.0.0.1:" + mock + "/v1");
    Http.awaitAnswer(port, "/v1/chat/completions", legs.apiKey(), headers, 30);
    legs.add(new Leg("Portkey", port, headers, Optional.of(process.pid())));
  }

  private void startLiteLlm(int mock) throws IOException, InterruptedException {
    Path program = folder.resolve("venv/bin/litellm");
    if (!Files.exists(program)) {
      return;
    }
    int port = Legs.freePort();
    Path config =
        Files.writeString(
            legs.folder().resolve("litellm.yaml"),
            """
            model_list:
              - model_name: gpt-4o
                litellm_params: {model: openai/gpt-4o, api_base: "http://127.0.0.1:%d/v1", api_key: sk-bench}
            """
                .formatted(mock));
    Process process =
        legs.spawn(
            "litellm",
            Map.of("LITELLM_DANGEROUSLY_PERMIT_WEAK_OR_UNSET_MASTER_KEY", "true"),
            program.toString(),
            "--config",
            config.toString(),
            "--port",
            String.valueOf(port));
    Http.awaitAnswer(port, "/v1/chat/completions", legs.apiKey(), Map.of(), 90);
    legs.add(new Leg("LiteLLM", port, Map.of(), Optional.of(process.pid())));
  }
}
