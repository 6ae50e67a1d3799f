package dev.whyops.kit;

import dev.whyops.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import tools.jackson.databind.JsonNode;

/**
 * The built jar as a process of its own, as a user runs it, so that it can be killed. Ends with the
 * test at the latest.
 */
public final class ServerProcess implements AutoCloseable {
  /** Opens only servers that were started with it. */
  public static final String KEY = key("k1ll0test0k1ll0test0k1ll0test0");

  /** Generous: how fast a start is, is measured elsewhere, and the machine may be busy. */
  private static final Duration START_PATIENCE = Duration.ofMinutes(3);

  private static final long STOPPED_NS = 5_000_000_000L;

  /** {@code -Dwhyops.patience=SECONDS} where a run is stopped at times. */
  private static final Duration ANSWER_PATIENCE =
      Duration.ofSeconds(Integer.getInteger("whyops.patience", 30));

  private final Process process;
  private final Path log;
  private final URI gateway;
  private final URI dashboard;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private ServerProcess(Process process, Path log, URI gateway, URI dashboard) {
    this.process = process;
    this.log = log;
    this.gateway = gateway;
    this.dashboard = dashboard;
  }

  /**
   * Starts on free ports with {@link #KEY} and waits until both listeners are ready.
   *
   * @param folder holds data, key file and log; the same folder again continues with the same data
   * @param providerUrl scripted provider for both dialects
   * @param environment further variables
   */
  public static ServerProcess start(Path folder, URI providerUrl, Map<String, String> environment)
      throws IOException, InterruptedException {
    return start(List.of(), folder, providerUrl, environment);
  }

  /**
   * @param wrapper a command that runs the server as its child and ends with it
   */
  public static ServerProcess start(
      List<String> wrapper, Path folder, URI providerUrl, Map<String, String> environment)
      throws IOException, InterruptedException {
    ServerProcess server = starting(wrapper, folder, providerUrl, environment);
    try {
      server.awaitReady(START_PATIENCE);
    } catch (IOException | InterruptedException e) {
      server.close();
      throw e;
    }
    return server;
  }

  /** Starts and does not wait for it. */
  public static ServerProcess starting(
      List<String> wrapper, Path folder, URI providerUrl, Map<String, String> environment)
      throws IOException {
    int gatewayPort = freePort();
    int dashboardPort = freePort();
    Map<String, String> variables = new HashMap<>();
    variables.put("WHYOPS_DATA_DIR", folder.resolve("data").toString());
    variables.put("WHYOPS_PORT", String.valueOf(gatewayPort));
    variables.put("WHYOPS_DASHBOARD_PORT", String.valueOf(dashboardPort));
    variables.put("WHYOPS_EGRESS_ALLOW", "127.0.0.1/32");
    variables.put("WHYOPS_BOOTSTRAP_API_KEY", KEY);
    variables.put("WHYOPS_BOOTSTRAP_OPENAI_API_KEY", "sk-scripted");
    variables.put("WHYOPS_BOOTSTRAP_OPENAI_BASE_URL", providerUrl + "/v1");
    variables.put("WHYOPS_BOOTSTRAP_ANTHROPIC_API_KEY", "sk-scripted");
    variables.put("WHYOPS_BOOTSTRAP_ANTHROPIC_BASE_URL", providerUrl.toString());
    variables.putAll(environment);
    Path log = folder.resolve("server.log");
    ProcessBuilder builder =
        new ProcessBuilder(Stream.concat(wrapper.stream(), command("start").stream()).toList())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().keySet().removeIf(name -> name.startsWith("WHYOPS_"));
    builder.environment().putAll(variables);
    return new ServerProcess(
        builder.start(),
        log,
        URI.create("http://127.0.0.1:" + gatewayPort),
        URI.create("http://127.0.0.1:" + dashboardPort));
  }

  private static List<String> command(String... verb) {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-Xmx384m", "-jar"));
    command.add(Path.of("target", "whyops-server.jar").toAbsolutePath().toString());
    command.addAll(List.of(verb));
    return command;
  }

  /** What a verb printed, and how it ended. */
  public record Ended(int exitCode, String output) {}

  /** Runs a verb that ends by itself, on the data in {@code folder}. */
  public static Ended run(Path folder, String... verb) throws IOException, InterruptedException {
    return run(folder, Map.of(), verb);
  }

  /**
   * @param environment further variables
   */
  public static Ended run(Path folder, Map<String, String> environment, String... verb)
      throws IOException, InterruptedException {
    Process process = launch(folder, environment, verb);
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ended(process.waitFor(), output);
  }

  /** Starts a verb that ends by itself, to be killed before. */
  public static Process launch(Path folder, String... verb) throws IOException {
    return launch(folder, Map.of(), verb);
  }

  private static Process launch(Path folder, Map<String, String> environment, String... verb)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command(verb)).redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.startsWith("WHYOPS_"));
    builder.environment().put("WHYOPS_DATA_DIR", folder.resolve("data").toString());
    builder.environment().putAll(environment);
    return builder.start();
  }

  public URI gateway() {
    return gateway;
  }

  public URI dashboard() {
    return dashboard;
  }

  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  public String log() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void awaitReady(Duration patience) throws IOException, InterruptedException {
    long leftNs = patience.toNanos();
    long lastNs = System.nanoTime();
    while (leftNs > 0) {
      long nowNs = System.nanoTime();
      leftNs -=
          Math.min(nowNs - lastNs, STOPPED_NS); // beyond it we were stopped, and it perhaps too
      lastNs = nowNs;
      if (!process.isAlive()) {
        throw new IOException("the server ended: " + log());
      }
      if (ready(gateway) && ready(dashboard)) {
        return;
      }
      Thread.sleep(20);
    }
    throw new IOException("the server is not ready within " + patience + ": " + log());
  }

  private boolean ready(URI listener) throws InterruptedException {
    try {
      HttpRequest request = HttpRequest.newBuilder(listener.resolve("/readyz")).build();
      return http.send(request, BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  /** POSTs JSON to the gateway with {@link #KEY}. */
  public HttpResponse<String> post(String path, String json, Map<String, String> headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(gateway.resolve(path))
            .timeout(ANSWER_PATIENCE)
            .header("Authorization", "Bearer " + KEY)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(json));
    headers.forEach(request::header);
    return http.send(request.build(), BodyHandlers.ofString());
  }

  /** GETs from the dashboard with {@link #KEY}. */
  public HttpResponse<String> get(String path) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(dashboard.resolve(path))
            .timeout(ANSWER_PATIENCE)
            .header("Authorization", "Bearer " + KEY)
            .build();
    return http.send(request, BodyHandlers.ofString());
  }

  public JsonNode getJson(String path) throws IOException, InterruptedException {
    return Json.mapper().readTree(get(path).body());
  }

  /** SIGKILL, to what the server was wrapped in too: no hook runs, nothing is flushed. */
  public void kill() throws InterruptedException {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    process.waitFor();
  }

  /** SIGTERM; returns the exit code. */
  public int stop() throws InterruptedException {
    process.destroy();
    return process.waitFor(60, TimeUnit.SECONDS) ? process.exitValue() : -1;
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    http.close();
  }

  public static int freePort() {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String key(String random) {
    String alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    String body = "whyops_test_" + random;
    CRC32 crc = new CRC32();
    crc.update(body.getBytes(StandardCharsets.US_ASCII));
    StringBuilder checksum = new StringBuilder();
    long rest = crc.getValue();
    for (int i = 0; i < 6; i++) {
      checksum.insert(0, alphabet.charAt((int) (rest % 62)));
      rest /= 62;
    }
    return body + checksum;
  }
}
