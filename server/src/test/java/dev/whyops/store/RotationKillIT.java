package dev.whyops.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.whyops.auth.Membership;
import dev.whyops.auth.Sessions;
import dev.whyops.fake.FakeLlm;
import dev.whyops.kit.Schedule;
import dev.whyops.kit.ServerProcess;
import dev.whyops.project.Project;
import dev.whyops.project.ProjectScope;
import dev.whyops.provider.ProviderType;
import dev.whyops.route.ProviderDesk;
import dev.whyops.route.ProviderRef;
import dev.whyops.store.sql.SqlKeysets;
import dev.whyops.store.sqlite.SqliteDatabase;
import dev.whyops.vault.Keysets;
import dev.whyops.vault.Secret;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code ./whyops rotate-key} killed within the rotation, again and again on what the kill before
 * left: every keyset is wrapped by exactly one key, the file names that key, and every credential
 * opens.
 *
 * <p>The seed is printed; {@code -Dwhyops.seed=N} repeats a run.
 */
class RotationKillIT {
  private static final int KILLS = Integer.getInteger("whyops.kills", Schedule.pick(4, 30, 100));
  private static final int PROJECTS = 60;
  private static final String CALL =
      "{\"model\":\"gpt-4o\",\"messages\":[{\"role\":\"user\",\"content\":\"Where is it?\"}]}";

  private final long seed = Long.getLong("whyops.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final Map<ProjectScope, String> credentials = new HashMap<>();

  @TempDir private Path folder;

  @Test
  @DisplayName("F-32 killed within a rotation: each row under one key, both readable, calls work")
  void killsWithinTheRotation() throws Exception {
    System.out.println("seed " + seed + "; repeat with -Dwhyops.seed=" + seed);
    int within = 0;
    try (FakeLlm provider = FakeLlm.start(0)) {
      try (ServerProcess server = ServerProcess.start(folder, provider.url(), Map.of())) {
        call(server);
        assertThat(server.stop()).isZero();
      }
      seal();
      while (within < KILLS) {
        if (killOneRotation()) {
          within++;
          verify();
        }
      }
      try (ServerProcess server = ServerProcess.start(folder, provider.url(), Map.of())) {
        call(server);
        assertThat(server.stop()).isZero();
      }
      assertThat(keys(folder)).as("the last start ended the rotation").hasSize(1);
      assertThat(ServerProcess.run(folder, "rotate-key").exitCode()).isZero();
      assertThat(keys(folder)).hasSize(1);
      verify();
    }
    System.out.printf("F-32 %d rotations killed, %d credentials each%n", within, PROJECTS);
  }

  private static void call(ServerProcess server) throws IOException, InterruptedException {
    HttpResponse<String> answer =
        server.post("/v1/chat/completions", CALL, Map.of("X-Agent-Name", "rotation"));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }

  /** Many keysets, so that a rotation takes long enough to be hit. */
  private void seal() {
    try (ControlPlane plane = open(folder)) {
      String code = plane.accounts().issueCode(Optional.empty()).reveal();
      Sessions.Ticket ticket =
          plane.accounts().setup(code, "owner@example.com", "a good password", "Owner");
      for (int i = 0; i < PROJECTS; i++) {
        Project project = plane.projects().create(ticket.signedIn().person(), "project " + i);
        Membership owner =
            plane.accounts().membership(ticket.signedIn(), project.id()).orElseThrow();
        String credential = "sk-of-project-" + i + "-" + random.nextLong();
        plane.providerDesk().create(owner, wish(credential));
        credentials.put(new ProjectScope(project.id()), credential);
      }
    }
  }

  private static ProviderDesk.Wish wish(String credential) {
    return new ProviderDesk.Wish(
        "OpenAI",
        "openai",
        ProviderType.OPENAI,
        "https://api.openai.com/v1",
        new Secret(credential),
        true,
        false,
        null,
        ProviderRef.Timeouts.DEFAULT,
        0,
        null,
        true);
  }

  /** Starts a rotation and kills it at a random time after it began; false when it was over. */
  private boolean killOneRotation() throws IOException, InterruptedException {
    Set<String> before = keys(folder);
    Process rotation = ServerProcess.launch(folder, "rotate-key");
    // An interrupted rotation is ended first; the new one has begun when a new key is there.
    while (rotation.isAlive() && before.containsAll(keys(folder))) {
      Thread.onSpinWait();
    }
    Thread.sleep(Duration.ofNanos(random.nextLong(random.nextBoolean() ? 5_000_000 : 400_000_000)));
    boolean within = rotation.isAlive() && rotation.toHandle().destroyForcibly();
    rotation.waitFor();
    return within;
  }

  /** On a copy, because opening the vault ends the rotation. */
  private void verify() throws IOException {
    Path copy = Files.createDirectories(folder.resolve("copy"));
    copyInto(folder.resolve("data"), copy.resolve("data"), ControlPlane.FILE);
    Files.copy(folder.resolve("whyops.key"), copy.resolve("whyops.key"));
    Set<String> named = keys(copy);
    assertThat(named).hasSizeBetween(1, 2);
    Set<String> wrappers = wrappers(copy);
    assertThat(wrappers).as("keys in use").hasSizeLessThanOrEqualTo(named.size());
    try (ControlPlane plane = open(copy)) {
      for (Map.Entry<ProjectScope, String> sealed : credentials.entrySet()) {
        ProviderRef provider = plane.providers().load(sealed.getKey()).all().getFirst();
        assertThat(plane.providers().credential(sealed.getKey(), provider))
            .isEqualTo(sealed.getValue());
      }
    }
    assertThat(keys(copy)).as("the rotation is ended").hasSize(1);
    assertThat(wrappers(copy)).as("all under one key").hasSize(1);
    try (Stream<Path> files = Files.walk(copy)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private static Set<String> keys(Path folder) throws IOException {
    return new HashSet<>(Files.readAllLines(folder.resolve("whyops.key")));
  }

  /** Ids of the keys that wrap the stored keysets, without opening any. */
  private static Set<String> wrappers(Path folder) {
    Set<String> ids = new HashSet<>();
    SqliteDatabase database =
        SqliteDatabase.open(folder.resolve("data").resolve(ControlPlane.FILE));
    try {
      Keysets keysets = new SqlKeysets(database);
      for (String owner : keysets.owners()) {
        ids.add(keysets.find(owner).orElseThrow().kekId());
      }
    } finally {
      database.close();
    }
    return ids;
  }

  /** The file and what lies beside it under its name. */
  private static void copyInto(Path from, Path to, String name) throws IOException {
    Files.createDirectories(to);
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.filter(f -> f.getFileName().toString().startsWith(name)).toList()) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    }
  }

  private static ControlPlane open(Path folder) {
    return ControlPlane.open(
        SqliteDatabase.open(folder.resolve("data").resolve(ControlPlane.FILE)),
        folder.resolve("whyops.key"),
        ControlPlaneContract.noBootstrap(),
        _ -> {},
        Clock.systemUTC(),
        Ticker.systemTicker());
  }
}
