package dev.whyops.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Public gateways as further legs, where {@code --peers} has installed them. A peer that does not
 * start is a row that says so, not the end of the bench.
 */
final class Peers {
  private static final Path FOLDER = Options.HOME.resolve(".cache/peers");

  private final Processes processes;
  private final int mockPort;
  private final boolean wanted;

  Peers(Processes processes, int mockPort, boolean wanted) {
    this.processes = processes;
    this.mockPort = mockPort;
    this.wanted = wanted;
  }

  /** Starts one and waits until it answers. */
  @FunctionalInterface
  private interface Start {
    Leg peer() throws IOException, InterruptedException;
  }

  /**
   * @param running takes those that answer
   * @param absent takes a line for each that does not run
   */
  void start(List<Leg> running, List<String> absent) throws IOException, InterruptedException {
    if (!wanted) {
      absent.add("Portkey, LiteLLM, Bifrost, GoModel: not asked for (`--peers`)");
      return;
    }
    start("Portkey", this::portkey, running, absent);
    start("LiteLLM", this::liteLlm, running, absent);
    Path notFetched = FOLDER.resolve("absent");
    if (Files.exists(notFetched)) {
      absent.addAll(Files.readAllLines(notFetched));
    }
  }

  private static void start(String name, Start start, List<Leg> running, List<String> absent)
      throws InterruptedException {
    try {
      running.add(start.peer());
    } catch (IOException e) {
      absent.add(name + ": did not start: " + e.getMessage());
    }
  }

  private Leg portkey() throws IOException, InterruptedException {
    Path script = FOLDER.resolve("node_modules/@portkey-ai/gateway/build/start-server.js");
    if (!Files.exists(script)) {
      throw new IOException("not installed");
    }
    int port = Processes.freePort();
    Process process =
        processes.spawn(
            "portkey",
            Map.of(),
            List.of("node", script.toString(), "--headless", "--port=" + port));
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("x-portkey-provider", "openai");
    headers.put("x-portkey-custom-host", "http://127.0.0.1:" + mockPort + "/v1");
    return answering("Portkey", port, headers, process, 30);
  }

  private Leg liteLlm() throws IOException, InterruptedException {
    Path program = FOLDER.resolve("venv/bin/litellm");
    if (!Files.exists(program)) {
      throw new IOException("not installed");
    }
    int port = Processes.freePort();
    Path config =
        Files.writeString(
            processes.folder().resolve("litellm.yaml"),
            """
            model_list:
              - model_name: gpt-4o
                litellm_params:
                  model: openai/gpt-4o
                  api_base: "http://127.0.0.1:%d/v1"
                  api_key: sk-bench
            """
                .formatted(mockPort));
    Process process =
        processes.spawn(
            "litellm",
            Map.of("LITELLM_DANGEROUSLY_PERMIT_WEAK_OR_UNSET_MASTER_KEY", "true"),
            List.of(
                program.toString(),
                "--config",
                config.toString(),
                "--host",
                "127.0.0.1",
                "--port",
                String.valueOf(port)));
    return answering("LiteLLM", port, Map.of(), process, 120);
  }

  private Leg answering(
      String name, int port, Map<String, String> headers, Process process, int secondsMax)
      throws IOException, InterruptedException {
    try {
      double seconds = Requests.awaitAnswer(port, headers, secondsMax);
      System.out.printf("%s answers after %.1f s%n", name, seconds);
      return Leg.other(name, port, headers, process);
    } catch (IOException e) {
      processes.end(process);
      throw e;
    }
  }
}
