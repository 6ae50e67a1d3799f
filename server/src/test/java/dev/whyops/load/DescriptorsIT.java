package dev.whyops.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.kit.Schedule;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** More connections than the process may open files for. */
class DescriptorsIT {
  private static final int FILES_MAX = 1_024;

  /** What the gateway takes of them, see HttpLimits. */
  private static final int CONNECTIONS_MAX = (FILES_MAX - 384) / 2;

  private static final int ROUNDS = Schedule.pick(1, 20, 50);

  private final List<Client> clients = new ArrayList<>();

  @AfterEach
  void closeClients() throws IOException {
    for (Client client : clients) {
      client.close();
    }
    clients.clear();
  }

  @Test
  @DisplayName("F-20 PX-13 beyond the accept limit connections are closed; streams go on")
  void acceptLimitFollowsOpenFiles(@TempDir Path folder) throws Exception {
    List<String> limited = List.of("prlimit", "--nofile=" + FILES_MAX + ":" + FILES_MAX);
    try (Rig rig = Rig.start(folder, "", limited);
        Client running = rig.client()) {
      running.post(Rig.stream(100, 50, 100), Rig.STREAM_BODY);
      assertThat(running.read(100)).isEqualTo(100);
      for (int round = 0; round < ROUNDS; round++) {
        flood(rig, 1_000 + CONNECTIONS_MAX);
        long refused = 0;
        for (Client client : clients) {
          refused += client.closesWithin(Duration.ofMillis(1)) ? 1 : 0;
        }
        assertThat(refused).as("closed at once").isGreaterThanOrEqualTo(1_000);
        assertThat(rig.vitals().openFiles()).isLessThan(FILES_MAX);
        assertThatDashboardAnswers(rig);
        closeClients();
      }
      String whole = running.rest();
      assertThat(whole).as("the stream that ran").contains("data: [DONE]");
      Rig.await("a call after the flood", Duration.ofSeconds(20), () -> served(rig));
      rig.assertAlive();
    }
  }

  @Test
  @DisplayName("F-20 the accept loop survives EMFILE and does not spin")
  void acceptSurvivesExhaustion(@TempDir Path folder) throws Exception {
    try (Rig rig = Rig.start(folder, "", List.of())) {
      rig.call();
      limit(rig, rig.vitals().openFiles() + 20);
      flood(rig, 200);
      Thread.sleep(500);
      Vitals before = rig.vitals();
      Thread.sleep(3_000);
      long cpuMs = rig.vitals().cpuMs() - before.cpuMs();
      assertThat(cpuMs).as("CPU of three seconds, ms").isLessThan(1_500);
      closeClients();
      limit(rig, 20_000);
      Rig.await("a call after the exhaustion", Duration.ofSeconds(30), () -> served(rig));
      rig.assertAlive();
    }
  }

  private void flood(Rig rig, int connections) {
    for (int i = 0; i < connections; i++) {
      try {
        clients.add(rig.client());
      } catch (IOException e) {
        return; // the kernel's queue is full: as refused as can be
      }
    }
  }

  private static void assertThatDashboardAnswers(Rig rig) throws IOException {
    try (Client dashboard = new Client(rig.server.dashboard())) {
      assertThat(dashboard.get("/healthz").reply().status()).isEqualTo(200);
    }
  }

  private static boolean served(Rig rig) {
    try {
      return rig.call().status() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  /** Changes the limit of the running process. */
  private static void limit(Rig rig, long files) throws IOException, InterruptedException {
    int exit =
        new ProcessBuilder(
                "prlimit", "--pid", "" + rig.server.pid(), "--nofile=" + files + ":20000")
            .inheritIO()
            .start()
            .waitFor();
    assertThat(exit).as("prlimit").isZero();
  }
}
