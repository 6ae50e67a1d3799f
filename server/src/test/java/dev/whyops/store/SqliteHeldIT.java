package dev.whyops.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.whyops.agent.AgentVersion;
import dev.whyops.auth.ApiKeyDesk;
import dev.whyops.auth.KeyCheck;
import dev.whyops.auth.Membership;
import dev.whyops.auth.Sessions;
import dev.whyops.http.UnavailableException;
import dev.whyops.project.Environment;
import dev.whyops.project.ProjectSettings;
import dev.whyops.store.sqlite.SqliteDatabase;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("F-09 SQLite is held by another writer")
class SqliteHeldIT {
  private static final Duration HELD = Duration.ofSeconds(10);

  @TempDir Path folder;

  @Test
  void keysAndReadersGoOnAndWritersGiveUpAfterFiveSeconds() throws Exception {
    try (ControlPlane plane =
        ControlPlane.open(
            SqliteDatabase.open(folder.resolve("control.db")),
            folder.resolve("whyops.key"),
            ControlPlaneContract.noBootstrap(),
            _ -> {},
            Clock.systemUTC(),
            Ticker.systemTicker())) {
      String code = plane.accounts().issueCode(Optional.empty()).reveal();
      Sessions.Ticket ticket =
          plane.accounts().setup(code, "owner@example.com", "a good password", "Owner");
      Membership owner = plane.accounts().memberships(ticket.signedIn()).getFirst();
      ApiKeyDesk.Created key = plane.apiKeyDesk().create(owner, ControlPlaneContract.keyWish("a"));
      AgentVersion version =
          plane
              .agents()
              .init(owner.scope(), Environment.PRODUCTION, "shop", "{\"systemPrompt\":\"a\"}");

      Process holder = HeldFile.hold(folder.resolve("control.db"), HELD);
      try {
        Thread writer = Thread.ofVirtual().start(() -> assertRefusedInTime(plane, owner));
        while (holder.isAlive()) {
          long startedAt = System.nanoTime();
          plane.apiKeys().evictAll(); // so that the store is read
          assertThat(plane.apiKeys().check(key.secret().reveal()))
              .isInstanceOf(KeyCheck.Accepted.class);
          assertThat(plane.accounts().signedIn(ticket.token().reveal())).isPresent();
          assertThat(
                  plane
                      .agents()
                      .observe(
                          owner.scope(),
                          Environment.PRODUCTION,
                          "shop",
                          "{}",
                          plane.clock().instant())
                      .agentVersionId())
              .isEqualTo(version.agentVersionId());
          assertThat(Duration.ofNanos(System.nanoTime() - startedAt))
              .isLessThan(Duration.ofSeconds(1));
          Thread.sleep(20);
        }
        writer.join();
      } finally {
        holder.destroy();
      }
      assertThat(refusedAfter).isBetween(Duration.ofMillis(4_900), Duration.ofSeconds(7));
      plane.settings().save(owner, ProjectSettings.DEFAULT);
    }
  }

  private volatile Duration refusedAfter = Duration.ZERO;

  private void assertRefusedInTime(ControlPlane plane, Membership owner) {
    long startedAt = System.nanoTime();
    assertThatThrownBy(() -> plane.settings().save(owner, ProjectSettings.DEFAULT))
        .isInstanceOf(UnavailableException.class);
    refusedAfter = Duration.ofNanos(System.nanoTime() - startedAt);
  }
}
