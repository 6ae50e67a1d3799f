package dev.whyops.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * A network namespace that is joined with this machine by one cable, which can be pulled: what is
 * within vanishes without a word.
 */
final class CutNetwork implements AutoCloseable {
  private final String name = "whyops" + ProcessHandle.current().pid();
  private final String here = "wh" + ProcessHandle.current().pid();
  private final String subnet = "10.213." + ProcessHandle.current().pid() % 250 + ".";

  private CutNetwork() {}

  /** Skips the test where namespaces cannot be made. */
  static CutNetwork create() throws IOException, InterruptedException {
    CutNetwork network = new CutNetwork();
    Assumptions.assumeTrue(
        succeeds("ip", "netns", "add", network.name),
        "F-19: no network namespace can be made (needs root and iproute2)");
    try {
      network.join();
    } catch (IOException | InterruptedException | AssertionError e) {
      network.close();
      throw e;
    }
    return network;
  }

  private void join() throws IOException, InterruptedException {
    run("ip", "link", "add", here, "type", "veth", "peer", "name", "eth0", "netns", name);
    run("ip", "address", "add", subnet + "1/30", "dev", here);
    run("ip", "link", "set", here, "up");
    run("ip", "-n", name, "address", "add", subnet + "2/30", "dev", "eth0");
    run("ip", "-n", name, "link", "set", "eth0", "up");
  }

  /** This machine, seen from within. */
  String address() {
    return subnet + "1";
  }

  /** Sends text to a port of this machine, from within; what comes back is the process's output. */
  Process send(int port, String text) throws IOException {
    String script = "exec 3<>/dev/tcp/" + address() + "/" + port + "; cat >&3; exec cat <&3";
    Process client = new ProcessBuilder(inside("bash", "-c", script)).start();
    try (var out = client.getOutputStream()) {
      out.write(text.getBytes(StandardCharsets.US_ASCII));
    }
    return client;
  }

  /** Pulls the cable. */
  void cut() throws IOException, InterruptedException {
    run("ip", "-n", name, "link", "set", "eth0", "down");
  }

  private List<String> inside(String... command) {
    return Stream.concat(Stream.of("ip", "netns", "exec", name), Stream.of(command)).toList();
  }

  private static boolean succeeds(String... command) throws InterruptedException {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor(30, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException e) {
      return false; // there is no such command
    }
  }

  private static void run(String... command) throws IOException, InterruptedException {
    assertThat(succeeds(command)).as(String.join(" ", command)).isTrue();
  }

  /** The cable goes with the namespace that its other end is in. */
  @Override
  public void close() throws IOException, InterruptedException {
    run("ip", "netns", "delete", name);
  }
}
