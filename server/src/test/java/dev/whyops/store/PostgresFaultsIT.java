package dev.whyops.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.whyops.auth.ApiKeyDesk;
import dev.whyops.auth.KeyCheck;
import dev.whyops.auth.Membership;
import dev.whyops.auth.Sessions;
import dev.whyops.http.UnavailableException;
import dev.whyops.project.ProjectSettings;
import dev.whyops.store.postgres.PostgresDatabase;
import dev.whyops.store.sql.Database;
import dev.whyops.store.sql.TableCopy;
import dev.whyops.store.sqlite.SqliteDatabase;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two nodes over one PostgreSQL, and a PostgreSQL that misbehaves. */
class PostgresFaultsIT {
  @TempDir Path folder;

  @Test
  @DisplayName("PX-55, F-28 a revocation on one node holds on the other within a second")
  void revocationReachesOtherNodes() throws Exception {
    String url = PostgresCluster.started().newDatabase();
    try (ControlPlane one = open(url);
        ControlPlane two = open(url)) {
      Membership ann = setup(one);
      ApiKeyDesk.Created key = one.apiKeyDesk().create(ann, ControlPlaneContract.keyWish("a"));
      assertThat(two.apiKeys().check(key.secret().reveal())).isInstanceOf(KeyCheck.Accepted.class);
      one.apiKeyDesk().revoke(ann, key.key().id());
      Thread.sleep(1_000);
      assertThat(two.apiKeys().check(key.secret().reveal())).isInstanceOf(KeyCheck.Rejected.class);
    }
  }

  @Test
  @DisplayName("F-37 a control plane moves from PostgreSQL into a file and into another PostgreSQL")
  void movesBetweenEngines() throws Exception {
    Path file = folder.resolve("copy.db");
    String token;
    String source = PostgresCluster.started().newDatabase();
    try (ControlPlane plane = open(source);
        Database copy = SqliteDatabase.open(file)) {
      String code = plane.accounts().issueCode(Optional.empty()).reveal();
      token =
          plane.accounts().setup(code, "a@example.com", "a good password", "Ann").token().reveal();
      assertThat(TableCopy.copy(plane.database(), copy)).isGreaterThan(5);
    }
    String target = PostgresCluster.started().newDatabase();
    try (Database copy = SqliteDatabase.open(file);
        Database empty = PostgresDatabase.open(target)) {
      assertThat(TableCopy.isUnused(empty)).isTrue();
      TableCopy.copy(copy, empty);
      assertThat(TableCopy.isUnused(empty)).isFalse();
    }
    try (ControlPlane plane = open(target)) {
      assertThat(plane.accounts().signedIn(token)).isPresent();
    }
  }

  @Test
  void nodesMayStartAtOnce() throws Exception {
    String url = PostgresCluster.started().newDatabase();
    ControlPlane[] planes = new ControlPlane[3];
    Thread[] starts = new Thread[planes.length];
    for (int i = 0; i < planes.length; i++) {
      int node = i;
      starts[i] = Thread.ofVirtual().start(() -> planes[node] = open(url));
    }
    for (Thread start : starts) {
      start.join();
    }
    for (ControlPlane plane : planes) {
      assertThat(plane.firstProject()).isEqualTo(planes[0].firstProject());
      plane.close();
    }
  }

  @Test
  @DisplayName("F-09 a read-only fail-over refuses writes with 503 and recovers")
  void readOnlyIsUnavailable() throws Exception {
    PostgresCluster cluster = PostgresCluster.started();
    String url = cluster.newDatabase();
    String name = url.substring(url.lastIndexOf('/') + 1);
    try (ControlPlane plane = open(url)) {
      Membership ann = setup(plane);
      configure(cluster, "ALTER DATABASE " + name + " SET default_transaction_read_only = on");
      assertThatThrownBy(() -> plane.settings().save(ann, ProjectSettings.DEFAULT))
          .isInstanceOf(UnavailableException.class);
      assertThat(plane.settings().find(ann)).isEqualTo(ProjectSettings.DEFAULT);
      configure(cluster, "ALTER DATABASE " + name + " SET default_transaction_read_only = off");
      saved(plane, ann);
    }
  }

  @Test
  @DisplayName("F-09 cut connections are thrown away")
  void cutConnectionsAreReplaced() throws Exception {
    PostgresCluster cluster = PostgresCluster.started();
    try (ControlPlane plane = open(cluster.newDatabase())) {
      Membership ann = setup(plane);
      cluster.cutConnections();
      saved(plane, ann);
    }
  }

  @Test
  void aServerThatIsNotThereStopsTheStartInOneLine() {
    assertThatThrownBy(() -> PostgresDatabase.open("postgresql://postgres@127.0.0.1:1/none"))
        .isInstanceOf(UnavailableException.class)
        .hasMessageContaining("WHYOPS_DATABASE_URL cannot be reached");
  }

  /** Within a few seconds; a pool may hand out some dead connections first. */
  private static void saved(ControlPlane plane, Membership by) throws InterruptedException {
    for (int i = 0; i < 20; i++) {
      try {
        plane.settings().save(by, ProjectSettings.DEFAULT);
        return;
      } catch (UnavailableException e) {
        Thread.sleep(Duration.ofMillis(100));
      }
    }
    plane.settings().save(by, ProjectSettings.DEFAULT);
  }

  private static void configure(PostgresCluster cluster, String sql) throws Exception {
    try (var connection = cluster.connect("postgres");
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
    cluster.cutConnections(); // the setting holds for new sessions
    Thread.sleep(Duration.ofMillis(600)); // from then on the pool looks before it hands out
  }

  private static Membership setup(ControlPlane plane) {
    String code = plane.accounts().issueCode(Optional.empty()).reveal();
    Sessions.Ticket ticket =
        plane.accounts().setup(code, "ann@example.com", "a good password", "Ann");
    return plane.accounts().memberships(ticket.signedIn()).getFirst();
  }

  private ControlPlane open(String url) {
    return ControlPlane.open(
        PostgresDatabase.open(url),
        folder.resolve("whyops.key"),
        ControlPlaneContract.noBootstrap(),
        _ -> {},
        Clock.systemUTC(),
        Ticker.systemTicker());
  }
}
