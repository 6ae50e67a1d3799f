package dev.whyops.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * The processes that are compared: the mock provider, reverse proxies in front of it that look at
 * nothing, and our gateway with each kind of capture. Ends only what it started.
 */
final class Legs implements AutoCloseable {
  /** One way to the mock. {@code pid} is the process whose CPU counts; absent for direct. */
  record Leg(String name, int port, Map<String, String> headers, Optional<Long> pid) {}

  private final Path folder;
  private final List<Process> processes = new ArrayList<>();
  private final Map<String, Leg> legs = new LinkedHashMap<>();
  private final String key = key();
  private double firstCallSeconds;

  private Legs(Path folder) {
    this.folder = folder;
  }

  /**
   * @param jar the built server
   * @param folder empty scratch folder for configurations, data and logs
   */
  static Legs start(Path jar, Path folder) throws IOException, InterruptedException {
    Legs legs = new Legs(folder);
    try {
      legs.startAll(jar);
      return legs;
    } catch (IOException | InterruptedException | RuntimeException e) {
      legs.close();
      throw e;
    }
  }

  List<Leg> all() {
    return List.copyOf(legs.values());
  }

  Leg leg(String name) {
    return Objects.requireNonNull(legs.get(name), name);
  }

  boolean has(String name) {
    return legs.containsKey(name);
  }

  String apiKey() {
    return key;
  }

  Path folder() {
    return folder;
  }

  /** Seconds from the start of the gateway's process to its first relayed answer. */
  double firstCallSeconds() {
    return firstCallSeconds;
  }

  private void startAll(Path jar) throws IOException, InterruptedException {
    int mock = freePort();
    String java = ProcessHandle.current().info().command().orElse("java");
    spawn(
        "mock",
        Map.of(),
        java,
        "--enable-native-access=ALL-UNNAMED",
        "-Xmx256m",
        "-cp",
        System.getProperty("java.class.path"),
        MockProvider.class.getName(),
        String.valueOf(mock),
        "2");
    Http.awaitAnswer(mock, "/v1/chat/completions", key, 20);
    legs.put("direct", new Leg("direct", mock, Map.of(), Optional.empty()));
    startNginx(mock);
    startHaproxy(mock);
    startGateway(jar, java, mock);
    new Peers(this).start(mock);
  }

  void add(Leg leg) {
    legs.put(leg.name(), leg);
  }

  private void startNginx(int mock) throws IOException, InterruptedException {
    Optional<String> nginx = onPath("nginx");
    if (nginx.isEmpty()) {
      return;
    }
    int port = freePort();
    Path conf =
        Files.writeString(
            folder.resolve("nginx.conf"),
            """
            worker_processes 2; daemon off; pid nginx.pid; error_log nginx.err;
            worker_rlimit_nofile 20000;
            events { worker_connections 9000; }
            http {
              access_log off; tcp_nodelay on; keepalive_requests 100000000;
              client_body_temp_path t1; proxy_temp_path t2; fastcgi_temp_path t3; uwsgi_temp_path t4; scgi_temp_path t5;
              upstream mock { server 127.0.0.1:%d; keepalive 512; keepalive_requests 100000000; }
              server {
                listen 127.0.0.1:%d backlog=4096;
                location / {
                  proxy_pass http://mock; proxy_http_version 1.1; proxy_set_header Connection "";
                  proxy_buffering off;
                }
              }
            }
            """
                .formatted(mock, port));
    Process process =
        spawn("nginx", Map.of(), nginx.get(), "-p", folder.toString(), "-c", conf.toString());
    Http.awaitAnswer(port, "/v1/chat/completions", key, 10);
    legs.put("nginx", new Leg("nginx", port, Map.of(), Optional.of(process.pid())));
  }

  private void startHaproxy(int mock) throws IOException, InterruptedException {
    Optional<String> haproxy = onPath("haproxy");
    if (haproxy.isEmpty()) {
      return;
    }
    int port = freePort();
    Path conf =
        Files.writeString(
            folder.resolve("haproxy.cfg"),
            """
            global
              nbthread 2
              maxconn 8000
            defaults
              mode http
              timeout connect 5s
              timeout client 300s
              timeout server 300s
              option http-keep-alive
              option http-no-delay
            frontend in
              bind 127.0.0.1:%d
              default_backend mock
            backend mock
              http-reuse always
              server m 127.0.0.1:%d
            """
                .formatted(port, mock));
    Process process = spawn("haproxy", Map.of(), haproxy.get(), "-db", "-f", conf.toString());
    Http.awaitAnswer(port, "/v1/chat/completions", key, 10);
    legs.put("haproxy", new Leg("haproxy", port, Map.of(), Optional.of(process.pid())));
  }

  private void startGateway(Path jar, String java, int mock)
      throws IOException, InterruptedException {
    int port = freePort();
    Path data = Files.createDirectories(folder.resolve("gateway")).resolve("data");
    Map<String, String> environment =
        Map.of(
            "WHYOPS_DATA_DIR",
            data.toString(),
            "WHYOPS_PORT",
            String.valueOf(port),
            "WHYOPS_DASHBOARD_PORT",
            String.valueOf(freePort()),
            "WHYOPS_EGRESS_ALLOW",
            "127.0.0.1/32",
            "WHYOPS_BOOTSTRAP_API_KEY",
            key,
            "WHYOPS_BOOTSTRAP_OPENAI_API_KEY",
            "sk-bench",
            "WHYOPS_BOOTSTRAP_OPENAI_BASE_URL",
            "http://127.0.0.1:" + mock + "/v1");
    List<String> command = new ArrayList<>();
    command.add(java);
    command.addAll(List.of(System.getProperty("whyops.java.flags", "-Xmx512m").split(" ")));
    command.addAll(List.of("-jar", jar.toString(), "start"));
    long began = System.nanoTime();
    Process process = spawn("gateway", environment, command.toArray(String[]::new));
    Http.awaitAnswer(port, "/v1/chat/completions", key, 60);
    firstCallSeconds = (System.nanoTime() - began) / 1e9;
    for (String capture : List.of("off", "metadata", "full")) {
      String name = "ours " + capture;
      legs.put(
          name,
          new Leg(name, port, Map.of("X-WhyOps-Capture", capture), Optional.of(process.pid())));
    }
  }

  Process spawn(String name, Map<String, String> environment, String... command)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve(name + ".log").toFile());
    builder.environment().keySet().removeIf(variable -> variable.startsWith("WHYOPS_"));
    builder.environment().putAll(environment);
    Process process = builder.start();
    processes.add(process);
    return process;
  }

  static Optional<String> onPath(String program) {
    for (String entry : (System.getenv("PATH") + ":/usr/sbin:/usr/local/sbin").split(":")) {
      Path candidate = Path.of(entry, program);
      if (Files.isExecutable(candidate)) {
        return Optional.of(candidate.toString());
      }
    }
    return Optional.empty();
  }

  static int freePort() {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A key of the right form, checksum included; it opens nothing but the bench's own gateway. */
  private static String key() {
    String alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    String body = "whyops_test_" + "bench0bench0bench0bench0bench0";
    CRC32 crc = new CRC32();
    crc.update(body.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    long rest = crc.getValue();
    StringBuilder checksum = new StringBuilder();
    for (int i = 0; i < 6; i++) {
      checksum.insert(0, alphabet.charAt((int) (rest % 62)));
      rest /= 62;
    }
    return body + checksum;
  }

  @Override
  public void close() {
    for (Process process : processes.reversed()) {
      process.destroy();
      try {
        if (!process.waitFor(15, java.util.concurrent.TimeUnit.SECONDS)) {
          process.destroyForcibly();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        process.destroyForcibly();
      }
    }
  }
}
