package dev.whyops.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.auth.ApiKeyDesk;
import dev.whyops.auth.KeyLimits;
import dev.whyops.auth.Membership;
import dev.whyops.auth.Scope;
import dev.whyops.auth.Sessions;
import dev.whyops.config.SettingsReader;
import dev.whyops.kit.Schedule;
import dev.whyops.kit.ServerProcess;
import dev.whyops.project.Environment;
import dev.whyops.project.Project;
import dev.whyops.provider.ProviderType;
import dev.whyops.route.ProviderDesk;
import dev.whyops.route.ProviderRef;
import dev.whyops.store.ControlPlane;
import dev.whyops.vault.Secret;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One project floods the server; twenty others call now and then. */
class NeighboursIT {
  private static final int QUIET = 20;
  private static final int PERIOD_MS = 100;
  private static final int NOISY_CONNECTIONS = 150;

  /** Beside a flood that takes both processors, on a machine that makes nothing wait. */
  private static final double MEDIAN_MS_MAX = 5;

  private static final double P99_MS_MAX = 100;

  @Test
  @DisplayName(
      "F-26 one project floods: twenty quiet ones see no error and are not held up for long")
  void oneFloodsAndTheOthersGoOn(@TempDir Path folder) throws Exception {
    int seconds = Schedule.pick(6, 30, 60);
    try (StreamSource provider = new StreamSource()) {
      try (ServerProcess server = ServerProcess.start(folder, provider.url(), Map.of())) {
        assertThat(server.stop()).isZero(); // its folder is there now
      }
      List<String> keys = projects(folder, provider.url());
      try (ServerProcess server = ServerProcess.start(folder, provider.url(), Map.of())) {
        beside(server, keys, 3); // code is compiled before it counts
        Rig.await("the store has everything", Duration.ofMinutes(3), () -> behind(server) == 0);
        Times alone = times(server, keys, seconds);
        Times beside = beside(server, keys, seconds);
        System.out.printf("F-26 alone %s%nF-26 beside the flood %s%n", alone, beside);
        assertThat(beside.failed()).as("quiet calls that failed").isZero();
        assertThat(beside.ms(50))
            .as("median, on a machine that made the server wait %.1f-fold", beside.starved())
            .isLessThanOrEqualTo(MEDIAN_MS_MAX * beside.starved());
        assertThat(beside.ms(99))
            .as("p99, on a machine that made the server wait %.1f-fold", beside.starved())
            .isLessThanOrEqualTo(P99_MS_MAX * beside.starved());
        assertThat(server.stop()).isZero();
      }
    }
  }

  /** What calls took, and what the machine did to the server meanwhile. */
  private record Times(List<Long> sortedNs, long failed, double starved) {
    double ms(int percentile) {
      return sortedNs.get((sortedNs.size() - 1) * percentile / 100) / 1e6;
    }

    @Override
    public String toString() {
      return "%d calls, %d failed, %.2f ms at the median, %.1f ms at p99, waited %.1f-fold"
          .formatted(sortedNs.size(), failed, ms(50), ms(99), starved);
    }
  }

  private static Times beside(ServerProcess server, List<String> keys, int seconds)
      throws Exception {
    try (Noise noise = Noise.start(server.gateway().getPort(), keys.getLast(), NOISY_CONNECTIONS)) {
      Times times = times(server, keys, seconds);
      System.out.printf("F-26 the flood: %s%n", noise.stop());
      return times;
    }
  }

  private static long behind(ServerProcess server) throws IOException, InterruptedException {
    return server.getJson("/api/ingestion").path("journal").path("lagFrames").asLong(-1);
  }

  /** A quiet project's key each, and the noisy one's at the end. */
  private static List<String> projects(Path folder, URI provider) {
    List<String> keys = new ArrayList<>();
    try (ControlPlane plane =
        ControlPlane.open(
            SettingsReader.read(
                Map.of(),
                Map.of("WHYOPS_DATA_DIR", folder.resolve("data").toString()),
                Optional.empty()),
            _ -> {})) {
      String code = plane.accounts().issueCode(Optional.empty()).reveal();
      Sessions.Ticket ticket =
          plane.accounts().setup(code, "owner@example.com", "a good password", "Owner");
      for (int i = 0; i <= QUIET; i++) {
        Project project = plane.projects().create(ticket.signedIn().person(), "project " + i);
        Membership owner =
            plane.accounts().membership(ticket.signedIn(), project.id()).orElseThrow();
        plane
            .providerDesk()
            .create(
                owner,
                new ProviderDesk.Wish(
                    "OpenAI",
                    "openai",
                    ProviderType.OPENAI,
                    provider + "/v1",
                    new Secret("sk-scripted"),
                    true,
                    false,
                    null,
                    ProviderRef.Timeouts.DEFAULT,
                    0,
                    null,
                    true));
        ApiKeyDesk.Wish wish =
            new ApiKeyDesk.Wish(
                "key",
                Environment.PRODUCTION,
                Set.of(Scope.PROXY),
                null,
                null,
                null,
                KeyLimits.NONE);
        keys.add(plane.apiKeyDesk().create(owner, wish).secret().reveal());
      }
    }
    return keys;
  }

  private static Times times(ServerProcess server, List<String> keys, int seconds)
      throws Exception {
    List<Long> tookNs = Collections.synchronizedList(new ArrayList<>());
    AtomicLong failed = new AtomicLong();
    int port = server.gateway().getPort();
    Vitals before = Vitals.of(server.pid());
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < QUIET; i++) {
      byte[] call = Noise.call(keys.get(i));
      int phaseMs = PERIOD_MS * i / QUIET;
      threads.add(
          Thread.startVirtualThread(
              () -> {
                try {
                  Thread.sleep(phaseMs);
                  quiet(port, call, seconds * 1_000 / PERIOD_MS, tookNs);
                } catch (IOException | InterruptedException e) {
                  failed.incrementAndGet();
                }
              }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    double starved = Vitals.of(server.pid()).starvationSince(before);
    return new Times(tookNs.stream().sorted().toList(), failed.get(), starved);
  }

  /**
   * @throws IOException at the first call that fails
   */
  private static void quiet(int port, byte[] call, int count, List<Long> tookNs)
      throws IOException, InterruptedException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setTcpNoDelay(true);
      InputStream in = new BufferedInputStream(socket.getInputStream());
      for (int i = 0; i < count; i++) {
        long began = System.nanoTime();
        socket.getOutputStream().write(call);
        String head = Wire.head(in);
        Wire.body(head, in);
        long ns = System.nanoTime() - began;
        if (!head.startsWith("HTTP/1.1 200")) {
          throw new IOException(head);
        }
        tookNs.add(ns);
        Thread.sleep(Math.max(0, PERIOD_MS - ns / 1_000_000));
      }
    }
  }
}
