package dev.whyops.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.continuity.IssuedStore;
import dev.whyops.continuity.Key;
import dev.whyops.continuity.Known;
import dev.whyops.project.ProjectId;
import dev.whyops.store.sqlite.SqliteIssued;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What answers issued, over restarts, deletions and the end of its time. */
class SqliteIssuedTest {
  private static final ProjectId A = new ProjectId("prj_a");
  private static final ProjectId B = new ProjectId("prj_b");
  private static final Known ONE = new Known("one", "thread", "openai");
  private static final Known TWO = new Known("two", "two", "openai");

  @TempDir private Path folder;
  private int days = 30;
  private Clock clock = Clock.systemUTC();

  private SqliteIssued open() {
    return SqliteIssued.open(folder.resolve("continuity.db"), clock, project -> days);
  }

  private static Key key(long number) {
    return new Key(number * 0x9E3779B97F4A7C15L, ~number * 0xC2B2AE3D27D4EB4FL);
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + 20_000_000_000L;
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
      Thread.sleep(2);
    }
  }

  @Test
  void keepsOverARestart() throws InterruptedException {
    try (SqliteIssued store = open()) {
      for (int i = 0; i < 5_000; i++) {
        store.keep(A, key(i), i % 2 == 0 ? ONE : TWO, i % 3 == 0);
      }
    }
    try (SqliteIssued store = open()) {
      for (int i = 0; i < 5_000; i++) {
        assertThat(store.mayKnow(key(i))).isTrue();
        assertThat(store.find(A, key(i))).contains(i % 2 == 0 ? ONE : TWO);
      }
      assertThat(store.find(B, key(1))).as("another project's").isEmpty();
      await(() -> !store.mayKnow(key(-1)) || !store.mayKnow(key(-2)));
      int wrong = 0;
      for (int i = 10_000; i < 20_000; i++) {
        wrong += store.mayKnow(key(i)) ? 1 : 0;
      }
      assertThat(wrong).as("questions to the disk for nothing").isLessThan(300);
      assertThat(store.dropped()).isZero();
    }
  }

  @Test
  @DisplayName("F-30 a file that fails for a while ends neither the writing nor the forgetting")
  void goesOnAfterTheFileFailed() throws Exception {
    try (SqliteIssued store = open()) {
      store.keep(A, key(1), ONE, false);
      await(() -> store.find(A, key(1)).isPresent());
      sql("ALTER TABLE issued RENAME TO away");
      store.forget(A, "one");
      store.keep(A, key(2), TWO, false);
      await(() -> store.dropped() == 1);
      sql("ALTER TABLE away RENAME TO issued");
      await(() -> store.find(A, key(1)).isEmpty());
      store.keep(A, key(3), TWO, false);
      await(() -> store.find(A, key(3)).isPresent());
    }
  }

  private void sql(String statement) throws SQLException {
    try (Connection other =
            DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("continuity.db"));
        Statement sql = other.createStatement()) {
      sql.execute("PRAGMA busy_timeout = 5000");
      sql.execute(statement);
    }
  }

  @Test
  void twoTracesAreAmbiguousUnlessTheLastCounts() {
    try (SqliteIssued store = open()) {
      store.keep(A, key(1), ONE, false);
      store.keep(A, key(1), ONE, false);
      store.keep(A, key(2), ONE, false);
      store.keep(A, key(2), TWO, false);
      store.keep(A, key(2), TWO, false);
      store.keep(A, key(3), ONE, true);
      store.keep(A, key(3), TWO, true);
    }
    try (SqliteIssued store = open()) {
      assertThat(store.find(A, key(1))).contains(ONE);
      assertThat(store.find(A, key(2))).contains(IssuedStore.AMBIGUOUS);
      assertThat(store.find(A, key(3))).contains(TWO);
    }
  }

  @Test
  void forgetsTracesAndProjects() throws InterruptedException {
    try (SqliteIssued store = open()) {
      store.keep(A, key(1), ONE, false);
      store.keep(A, key(2), TWO, false);
      store.keep(B, key(3), ONE, false);
      store.forget(A, "one");
      await(() -> store.find(B, key(3)).isPresent() && store.find(A, key(1)).isEmpty());
      assertThat(store.find(A, key(2))).contains(TWO);
      store.forget(A, null);
      await(() -> store.find(A, key(2)).isEmpty());
      assertThat(store.find(B, key(3))).contains(ONE);
    }
  }

  @Test
  void keepsAndForgetsInTheOrderAsked() {
    try (SqliteIssued store = open()) {
      for (int i = 99; i >= 0; i--) { // one batch: sorted, but never across what is forgotten
        store.keep(A, key(i), ONE, false);
      }
      store.forget(A, "one");
      store.keep(A, key(50), ONE, false);
    }
    try (SqliteIssued store = open()) {
      for (int i = 0; i < 100; i++) {
        assertThat(store.find(A, key(i)).isPresent()).as("key %d", i).isEqualTo(i == 50);
      }
    }
  }

  @Test
  void holdsForTheRetentionOfTheProject() {
    try (SqliteIssued store = open()) {
      store.keep(A, key(1), ONE, false);
    }
    clock = Clock.offset(Clock.systemUTC(), Duration.ofDays(10));
    try (SqliteIssued store = open()) {
      assertThat(store.find(A, key(1))).contains(ONE);
      days = 9;
      assertThat(store.find(A, key(1))).isEmpty();
    }
  }

  @Test
  void aDamagedFileIsPutAside() throws IOException {
    Files.writeString(folder.resolve("continuity.db"), "this is no database".repeat(100));
    try (SqliteIssued store = open()) {
      store.keep(A, key(1), ONE, false);
    }
    try (SqliteIssued store = open()) {
      assertThat(store.find(A, key(1))).contains(ONE);
      assertThat(folder.resolve("continuity.db.damaged")).exists();
    }
  }
}
