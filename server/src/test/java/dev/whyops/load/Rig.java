package dev.whyops.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.kit.Invariants;
import dev.whyops.kit.ServerProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A server with limits of its own, its provider, and what these tests ask of both. */
final class Rig implements AutoCloseable {
  static final String CHAT = "/v1/chat/completions";
  static final String BODY =
      "{\"model\":\"gpt-4o\",\"messages\":[{\"role\":\"user\",\"content\":\"Where is my"
          + " order?\"}]}";
  static final String STREAM_BODY =
      "{\"model\":\"gpt-4o\",\"stream\":true,\"stream_options\":{\"include_usage\":true},"
          + "\"messages\":[{\"role\":\"user\",\"content\":\"Where is my order?\"}]}";

  final StreamSource provider;
  final ServerProcess server;

  private final Path folder;

  private Rig(StreamSource provider, ServerProcess server, Path folder) {
    this.folder = folder;
    this.provider = provider;
    this.server = server;
  }

  /**
   * @param javaOptions win over those that the server is started with
   * @param wrapper as in {@link ServerProcess#start}
   */
  static Rig start(Path folder, String javaOptions, List<String> wrapper)
      throws IOException, InterruptedException {
    StreamSource provider = new StreamSource();
    Map<String, String> environment =
        javaOptions.isEmpty() ? Map.of() : Map.of("_JAVA_OPTIONS", javaOptions);
    return new Rig(
        provider, ServerProcess.start(wrapper, folder, provider.url(), environment), folder);
  }

  Client client() throws IOException {
    return new Client(server.gateway());
  }

  static String stream(int chunks, int bytes, int pauseMs) {
    return CHAT + "?chunks=" + chunks + "&bytes=" + bytes + "&pause=" + pauseMs;
  }

  /** A call on a connection of its own. */
  Client.Reply call() throws IOException {
    try (Client client = client()) {
      return client.post(CHAT, BODY).reply();
    }
  }

  Vitals vitals() throws IOException {
    return Vitals.of(server.pid());
  }

  /** Both listeners answer, and what holds after every fault holds. */
  void assertAlive() throws IOException, InterruptedException {
    assertThat(server.isAlive()).as("the process lives: %s", server.log()).isTrue();
    try (Client gateway = client();
        Client dashboard = new Client(server.dashboard())) {
      assertThat(gateway.get("/healthz").reply().status()).as("gateway").isEqualTo(200);
      assertThat(dashboard.get("/healthz").reply().status()).as("dashboard").isEqualTo(200);
    }
    Invariants.hold(server, folder);
  }

  /** Something that becomes true; asked ten times a second. */
  @FunctionalInterface
  interface Condition {
    boolean holds() throws IOException, InterruptedException;
  }

  static void await(String what, Duration atMost, Condition condition)
      throws IOException, InterruptedException {
    long until = System.nanoTime() + atMost.toNanos();
    while (!condition.holds()) {
      assertThat(System.nanoTime()).as("%s within %s", what, atMost).isLessThan(until);
      Thread.sleep(100);
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    provider.close();
  }
}
