package dev.whyops.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whyops.auth.ApiKeyDesk;
import dev.whyops.auth.KeyCheck;
import dev.whyops.auth.Membership;
import dev.whyops.auth.Sessions;
import dev.whyops.http.UnavailableException;
import dev.whyops.kit.FaultProxy;
import dev.whyops.kit.FaultScript;
import dev.whyops.project.ProjectSettings;
import dev.whyops.store.postgres.PostgresDatabase;
import dev.whyops.store.sql.Database;
import dev.whyops.store.sql.TableCopy;
import dev.whyops.store.sqlite.SqliteDatabase;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Two nodes over one PostgreSQL, and a PostgreSQL that misbehaves. */
class PostgresFaultsIT {
  @TempDir Path folder;
  private final AtomicLong elapsed = new AtomicLong();

  @Test
  @DisplayName("PX-55, F-28 a revocation on one node holds on the other within a second")
  void revocationReachesOtherNodes() throws Exception {
    String url = PostgresCluster.started().newDatabase();
    try (ControlPlane one = open(url);
        ControlPlane two = open(url)) {
      Membership owner = setup(one);
      ApiKeyDesk.Created key = one.apiKeyDesk().create(owner, ControlPlaneContract.keyWish("a"));
      assertThat(two.apiKeys().check(key.secret().reveal())).isInstanceOf(KeyCheck.Accepted.class);
      one.apiKeyDesk().revoke(owner, key.key().id());
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
          plane
              .accounts()
              .setup(code, "a@example.com", "a good password", "Owner")
              .token()
              .reveal();
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
      Membership owner = setup(plane);
      configure(cluster, "ALTER DATABASE " + name + " SET default_transaction_read_only = on");
      assertThatThrownBy(() -> plane.settings().save(owner, ProjectSettings.DEFAULT))
          .isInstanceOf(UnavailableException.class);
      assertThat(plane.settings().find(owner)).isEqualTo(ProjectSettings.DEFAULT);
      configure(cluster, "ALTER DATABASE " + name + " SET default_transaction_read_only = off");
      saved(plane, owner);
    }
  }

  @Test
  @DisplayName("F-09 cut connections are thrown away")
  void cutConnectionsAreReplaced() throws Exception {
    PostgresCluster cluster = PostgresCluster.started();
    try (ControlPlane plane = open(cluster.newDatabase())) {
      Membership owner = setup(plane);
      cluster.cutConnections();
      saved(plane, owner);
    }
  }

  @Test
  void aServerThatIsNotThereStopsTheStartInOneLine() {
    assertThatThrownBy(() -> PostgresDatabase.open("postgresql://postgres@127.0.0.1:1/none"))
        .isInstanceOf(UnavailableException.class)
        .hasMessageContaining("WHYOPS_DATABASE_URL cannot be reached");
  }

  @ParameterizedTest(name = "F-30 a node cut off from PostgreSQL ({0}) goes on, and agrees again")
  @EnumSource
  void aNodeThatIsCutOff(FaultScript.Direction lost) throws Exception {
    PostgresCluster cluster = PostgresCluster.started();
    String url = cluster.newDatabase();
    try (FaultProxy cable = FaultProxy.to(cluster.port(), 1);
        ControlPlane cut = open(url.replace(":" + cluster.port(), ":" + cable.port()));
        ControlPlane other = open(url)) {
      Membership owner = setup(other);
      ApiKeyDesk.Created known =
          other.apiKeyDesk().create(owner, ControlPlaneContract.keyWish("known"));
      assertThat(cut.apiKeys().check(known.secret().reveal()))
          .isInstanceOf(KeyCheck.Accepted.class);
      cable.cut(lost);
      ApiKeyDesk.Created unknown =
          other.apiKeyDesk().create(owner, ControlPlaneContract.keyWish("unknown"));
      other.apiKeyDesk().revoke(owner, known.key().id());
      elapsed.addAndGet(Duration.ofSeconds(6).toNanos()); // what it knows is not fresh any more
      long began = System.nanoTime();
      assertThat(cut.apiKeys().check(known.secret().reveal()))
          .as("a key that it knows")
          .isInstanceOf(KeyCheck.Accepted.class);
      assertThat(Duration.ofNanos(System.nanoTime() - began))
          .as("a call does not wait for the end of the partition")
          .isLessThan(Duration.ofSeconds(2));
      assertThat(cut.apiKeys().check(unknown.secret().reveal()))
          .as("a key that it does not know")
          .isInstanceOf(KeyCheck.Unavailable.class);
      cable.heal();
      until(() -> cut.apiKeys().check(known.secret().reveal()) instanceof KeyCheck.Rejected);
      until(() -> cut.apiKeys().check(unknown.secret().reveal()) instanceof KeyCheck.Accepted);
    }
  }

  private static void until(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(15).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("soon after the partition").isLessThan(deadline);
      Thread.sleep(50);
    }
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
        plane.accounts().setup(code, "owner@example.com", "a good password", "Owner");
    return plane.accounts().memberships(ticket.signedIn()).getFirst();
  }

  private ControlPlane open(String url) {
    return ControlPlane.open(
        PostgresDatabase.open(url),
        folder.resolve("whyops.key"),
        ControlPlaneContract.noBootstrap(),
        _ -> {},
        Clock.systemUTC(),
        () -> System.nanoTime() + elapsed.get());
  }
}
