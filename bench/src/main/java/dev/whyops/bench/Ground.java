package dev.whyops.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What all parts stand on: the mock provider, the other legs, and gateways of ours as needed. */
final class Ground implements AutoCloseable {
  private final Options options;
  private final Processes processes;
  private final int mockPort = Processes.freePort();
  private final StreamLoad streams = new StreamLoad();
  private final List<Leg> others = new ArrayList<>();
  private final List<Leg> peers = new ArrayList<>();
  private final List<String> absent = new ArrayList<>();
  private @Nullable Gateway shared;
  private int started;

  private Ground(Options options, Path scratch) {
    this.options = options;
    this.processes = new Processes(scratch);
  }

  /**
   * @param scratch empty folder for configurations, data and logs, on a real disk
   */
  static Ground open(Options options, Path scratch) throws IOException, InterruptedException {
    Ground ground = new Ground(options, scratch);
    try {
      ground.start();
      return ground;
    } catch (IOException | InterruptedException | RuntimeException e) {
      ground.close();
      throw e;
    }
  }

  private void start() throws IOException, InterruptedException {
    processes.spawn(
        "mock",
        java.util.Map.of(),
        List.of(
            Processes.java(),
            "--enable-native-access=ALL-UNNAMED",
            "-Xmx512m",
            "-cp",
            System.getProperty("java.class.path"),
            MockProvider.class.getName(),
            String.valueOf(mockPort),
            "2"));
    Requests.awaitAnswer(mockPort, java.util.Map.of(), 20);
    others.add(Leg.direct(mockPort));
    ReverseProxies proxies = new ReverseProxies(processes, mockPort);
    others.add(proxies.nginx());
    proxies
        .haproxy()
        .ifPresentOrElse(others::add, () -> absent.add("haproxy: it is not installed"));
    new Peers(processes, mockPort, options.peers()).start(peers, absent);
  }

  Options options() {
    return options;
  }

  Path folder() {
    return processes.folder();
  }

  Processes processes() {
    return processes;
  }

  StreamLoad streams() {
    return streams;
  }

  Leg direct() {
    return others.getFirst();
  }

  /** The floor: a reverse proxy in C that looks at nothing. */
  Leg nginx() {
    return others.get(1);
  }

  List<Leg> peers() {
    return List.copyOf(peers);
  }

  /** Legs that could not run, with the reason. */
  List<String> absent() {
    return List.copyOf(absent);
  }

  /** All legs, ours with each kind of capture. */
  List<Leg> legs() throws IOException, InterruptedException {
    List<Leg> legs = new ArrayList<>(others);
    for (String capture : List.of("off", "metadata", "full")) {
      legs.add(warm().leg(capture));
    }
    legs.addAll(peers);
    return legs;
  }

  /** A gateway that several parts share, warmed up. */
  Gateway warm() throws IOException, InterruptedException {
    if (shared == null) {
      shared = fresh();
      shared.warmUp(warmSeconds());
    }
    shared.settle(Duration.ofMinutes(2));
    return shared;
  }

  int warmSeconds() {
    return options.rounds() > 2 ? 3 : 2;
  }

  /** A gateway with empty stores; the caller closes it. */
  Gateway fresh() throws IOException, InterruptedException {
    return Gateway.start(processes, "gateway-" + ++started, mockPort);
  }

  /** Calls that the mock provider has answered. */
  long served() throws IOException {
    byte[] ask =
        "GET /served HTTP/1.1\r\nHost: bench\r\n\r\n"
            .getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    String answer = Requests.answer(mockPort, ask);
    return Long.parseLong(answer.substring(answer.lastIndexOf('\n') + 1));
  }

  int mockPort() {
    return mockPort;
  }

  @Override
  public void close() {
    streams.close();
    Optional.ofNullable(shared).ifPresent(Gateway::close);
    processes.close();
  }
}
