package dev.whyops.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.kit.Schedule;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The process does not run for a while: a collection, a starved machine, a debugger. */
class PauseIT {
  private static final int PAUSE_MS = 2_000;

  @Test
  @DisplayName(
      "F-23 after a pause of 2 s every stream and call goes on, and readiness was false meanwhile")
  void nothingIsAbortedAfterAPause(@TempDir Path folder) throws Exception {
    int pauses = Schedule.pick(1, 5, 20);
    try (Rig rig = Rig.start(folder, "", List.of());
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int pause = 0; pause < pauses; pause++) {
        List<Future<Client.Reply>> replies = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
          String path = i % 5 == 0 ? Rig.CHAT : Rig.stream(40, 50, 100);
          replies.add(threads.submit(call(rig, path)));
        }
        Thread.sleep(1_000);
        signal(rig, "STOP");
        try {
          Thread.sleep(PAUSE_MS);
        } finally {
          signal(rig, "CONT");
        }
        Rig.await("not ready after the pause", Duration.ofSeconds(2), () -> !isReady(rig));
        for (Future<Client.Reply> reply : replies) {
          assertThat(reply.get().status()).isEqualTo(200);
        }
        Rig.await("ready again", Duration.ofSeconds(30), () -> isReady(rig));
        rig.assertAlive();
      }
    }
  }

  /** Fails when the answer breaks off. */
  private static Callable<Client.Reply> call(Rig rig, String path) {
    return () -> {
      try (Client client = rig.client()) {
        return client.post(path, Rig.STREAM_BODY).reply();
      }
    };
  }

  /** Both listeners say the same. */
  private static boolean isReady(Rig rig) throws IOException {
    try (Client gateway = rig.client();
        Client dashboard = new Client(rig.server.dashboard())) {
      return gateway.get("/readyz").reply().status() == 200
          && dashboard.get("/readyz").reply().status() == 200;
    }
  }

  private static void signal(Rig rig, String name) throws Exception {
    int exit = new ProcessBuilder("kill", "-" + name, "" + rig.server.pid()).start().waitFor();
    assertThat(exit).isZero();
  }
}
