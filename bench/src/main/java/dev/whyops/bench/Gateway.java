package dev.whyops.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Our gateway as a process of its own, with fresh data, and what its dashboard tells about it. */
final class Gateway implements AutoCloseable {
  private static final Duration DASHBOARD_MAX = Duration.ofSeconds(30);
  private static final Pattern CALLS = Pattern.compile("\"llmCalls\":(\\d+)");
  private static final Pattern DEAD = Pattern.compile("\"deadLetter\":\\{\"count\":(\\d+)");

  private final Processes processes;
  private final Process process;
  private final int port;
  private final int dashboardPort;
  private final double firstCallSeconds;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private Gateway(
      Processes processes, Process process, int port, int dashboardPort, double firstCallSeconds) {
    this.processes = processes;
    this.process = process;
    this.port = port;
    this.dashboardPort = dashboardPort;
    this.firstCallSeconds = firstCallSeconds;
  }

  /** Starts with the flags of {@code ./whyops start} and waits for a first relayed answer. */
  static Gateway start(Processes processes, String name, int mockPort)
      throws IOException, InterruptedException {
    int port = Processes.freePort();
    int dashboardPort = Processes.freePort();
    Path folder = Files.createDirectories(processes.folder().resolve(name));
    Map<String, String> environment =
        Map.of(
            "WHYOPS_DATA_DIR",
            folder.resolve("data").toString(),
            "WHYOPS_PORT",
            String.valueOf(port),
            "WHYOPS_DASHBOARD_PORT",
            String.valueOf(dashboardPort),
            "WHYOPS_EGRESS_ALLOW",
            "127.0.0.1/32",
            "WHYOPS_BOOTSTRAP_API_KEY",
            Requests.KEY,
            "WHYOPS_BOOTSTRAP_OPENAI_API_KEY",
            "sk-bench",
            "WHYOPS_BOOTSTRAP_OPENAI_BASE_URL",
            "http://127.0.0.1:" + mockPort + "/v1");
    List<String> command = new ArrayList<>(List.of(Processes.java()));
    command.addAll(List.of(System.getProperty("whyops.java.flags", "-Xmx512m").split(" ")));
    command.addAll(
        List.of("-jar", Options.HOME.resolve("server/target/whyops-server.jar").toString()));
    command.add("start");
    Process process = processes.spawn(name, environment, command);
    try {
      double seconds = Requests.awaitAnswer(port, Map.of(), 60);
      Gateway gateway = new Gateway(processes, process, port, dashboardPort, seconds);
      gateway.awaitDashboard();
      return gateway;
    } catch (IOException | InterruptedException e) {
      processes.end(process);
      throw e;
    }
  }

  /** The gateway listener takes calls before the other one is up. */
  private void awaitDashboard() throws IOException, InterruptedException {
    long until = System.nanoTime() + DASHBOARD_MAX.toNanos();
    while (true) {
      try {
        if (get("/readyz", 10).statusCode() == 200) {
          return;
        }
      } catch (IOException e) {
        if (System.nanoTime() > until) {
          throw e;
        }
      }
      Thread.sleep(20);
    }
  }

  /** Code that is compiled and caches that are filled are part of the normal state. */
  void warmUp(int seconds) throws IOException, InterruptedException {
    for (String capture : List.of("full", "off", "full")) {
      Wrk.run(leg(capture), Load.plain(64, seconds), processes.folder());
      Wrk.run(leg(capture), Load.stream(100, 0, 16, Math.max(1, seconds / 2)), processes.folder());
    }
    settle(Duration.ofMinutes(2));
  }

  Leg leg(String capture) {
    return new Leg(
        "ours " + capture,
        port,
        Map.of("X-WhyOps-Capture", capture),
        Optional.of(process.pid()),
        Optional.of(this));
  }

  int port() {
    return port;
  }

  long pid() {
    return process.pid();
  }

  double firstCallSeconds() {
    return firstCallSeconds;
  }

  long residentMib() {
    return Cpu.residentMib(process.pid());
  }

  /** Frames in the journal that the store does not have yet. */
  long behindFrames() throws IOException, InterruptedException {
    return (long) metric("whyops_journal_behind_frames");
  }

  long captureGaps() throws IOException, InterruptedException {
    return (long) metric("whyops_capture_gaps_total");
  }

  long lateRecords() throws IOException, InterruptedException {
    return (long) metric("whyops_late_records_total");
  }

  private double metric(String name) throws IOException, InterruptedException {
    Matcher line = Pattern.compile("(?m)^" + name + " (\\S+)$").matcher(get("/metrics", 10).body());
    if (!line.find()) {
      throw new IOException("the server tells no " + name);
    }
    return Double.parseDouble(line.group(1));
  }

  /** Model calls that the store can show. */
  long storedCalls() throws IOException, InterruptedException {
    return number(CALLS, get("/api/analytics/overview", 60).body());
  }

  long deadLetters() throws IOException, InterruptedException {
    return number(DEAD, get("/api/ingestion", 10).body());
  }

  private static long number(Pattern pattern, String text) throws IOException {
    Matcher matcher = pattern.matcher(text);
    if (!matcher.find()) {
      throw new IOException("unexpected answer: " + text);
    }
    return Long.parseLong(matcher.group(1));
  }

  /** Asks the dashboard with a key. */
  HttpResponse<String> get(String path, int secondsMax) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(dashboard(path))
            .timeout(Duration.ofSeconds(secondsMax))
            .header("Authorization", "Bearer " + Requests.KEY)
            .build();
    return http.send(request, BodyHandlers.ofString());
  }

  URI dashboard(String path) {
    return URI.create("http://127.0.0.1:" + dashboardPort + path);
  }

  /**
   * Waits until the store has all that the journal holds.
   *
   * @return seconds that it took; infinite where it took longer than allowed
   */
  double settle(Duration atMost) throws IOException, InterruptedException {
    long began = System.nanoTime();
    long end = began;
    int clean = 0;
    while (clean < 2) { // the last frames of a load may not be in the journal yet
      Thread.sleep(200); // each look costs the gateway some milliseconds
      if (behindFrames() == 0) {
        end = clean == 0 ? System.nanoTime() : end;
        clean++;
      } else {
        clean = 0;
      }
      if (System.nanoTime() - began > atMost.toNanos()) {
        return Double.POSITIVE_INFINITY;
      }
    }
    return (end - began) / 1e9;
  }

  @Override
  public void close() {
    http.close();
    processes.end(process);
  }
}
