package dev.whyops.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/**
 * A PostgreSQL of the machine's own, started once per test run in a temporary folder, listening on
 * loopback only. Where none is installed, the tests that need it are skipped, with the reason.
 */
public final class PostgresCluster {
  private static final String ACCOUNT = "postgres";
  private static final AtomicInteger DATABASES = new AtomicInteger();
  private static @Nullable PostgresCluster running;

  private final int port;

  private PostgresCluster(int port) {
    this.port = port;
  }

  public static synchronized PostgresCluster started() throws Exception {
    if (running == null) {
      running = start(binaries());
    }
    return running;
  }

  /** A new, empty database. */
  public String newDatabase() throws SQLException {
    String name = "test_" + DATABASES.incrementAndGet();
    try (Connection connection = connect("postgres");
        var statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE " + name);
    }
    return url(name);
  }

  /** Cuts all connections of clients. */
  void cutConnections() throws SQLException {
    try (Connection connection = connect("postgres");
        var statement = connection.createStatement()) {
      statement.execute(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
              + " WHERE pid <> pg_backend_pid() AND application_name = 'whyops'");
    }
  }

  Connection connect(String database) throws SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:" + port + "/" + database, ACCOUNT, "");
  }

  int port() {
    return port;
  }

  private String url(String database) {
    return "postgresql://" + ACCOUNT + "@127.0.0.1:" + port + "/" + database;
  }

  private static Path binaries() throws Exception {
    Optional<String> found = output("pg_config", "--bindir").map(String::strip);
    Assumptions.assumeTrue(
        found.isPresent() && Files.isExecutable(Path.of(found.get(), "initdb")),
        "PostgreSQL is not installed (no pg_config or initdb)");
    return Path.of(found.orElseThrow());
  }

  private static PostgresCluster start(Path binaries) throws Exception {
    Path folder = Files.createTempDirectory("whyops-postgres");
    boolean root = "root".equals(System.getProperty("user.name"));
    if (root) {
      Files.setOwner(folder, account(folder));
    }
    Path data = folder.resolve("data");
    run(root, binaries.resolve("initdb"), "-D", data, "-U", ACCOUNT, "-A", "trust", "-N");
    int port = freePort();
    List<String> options =
        List.of(
            "-p " + port,
            "-c listen_addresses=127.0.0.1",
            "-c unix_socket_directories=" + folder,
            "-c fsync=off",
            "-c max_connections=100");
    Path control = binaries.resolve("pg_ctl");
    run(
        root,
        control,
        "-D",
        data,
        "-w",
        "-l",
        folder.resolve("log"),
        "-o",
        String.join(" ", options),
        "start");
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  try {
                    run(root, control, "-D", data, "-m", "immediate", "stop");
                    delete(folder);
                  } catch (Exception e) {
                    System.err.println("a test cluster is left in " + folder);
                  }
                }));
    return new PostgresCluster(port);
  }

  /** PostgreSQL refuses to run as root. */
  private static UserPrincipal account(Path folder) throws IOException {
    try {
      return folder.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(ACCOUNT);
    } catch (IOException e) {
      return Assumptions.abort("there is no account " + ACCOUNT + " to run PostgreSQL as");
    }
  }

  private static void run(boolean root, Object... command) throws Exception {
    List<String> words = new ArrayList<>();
    if (root) {
      words.addAll(List.of("runuser", "-u", ACCOUNT, "--"));
    }
    for (Object word : command) {
      words.add(word.toString());
    }
    Process process =
        new ProcessBuilder(words)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("%s ends", words.getLast()).isTrue();
    assertThat(process.exitValue()).as("%s", words).isZero();
  }

  private static Optional<String> output(String... command) throws Exception {
    try {
      Process process = new ProcessBuilder(command).start();
      String text = process.inputReader().readLine();
      return process.waitFor() == 0 ? Optional.ofNullable(text) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.delete(file);
      }
    }
  }
}
