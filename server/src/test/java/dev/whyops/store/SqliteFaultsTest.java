package dev.whyops.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.whyops.auth.ApiKeyDesk;
import dev.whyops.auth.Membership;
import dev.whyops.auth.Role;
import dev.whyops.auth.Sessions;
import dev.whyops.store.sql.Database;
import dev.whyops.store.sql.MigrationException;
import dev.whyops.store.sql.Migrations;
import dev.whyops.store.sql.TableCopy;
import dev.whyops.store.sqlite.SqliteDatabase;
import dev.whyops.vault.Secret;
import dev.whyops.vault.VaultException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteDataSource;

/** What becomes of the file when something goes wrong around it. */
class SqliteFaultsTest {
  private static final String CANARY = "sk-canary-7f3a9c2e5b";
  private static final String PASSWORD = "canary password 51d8";

  @TempDir Path folder;

  @Test
  @DisplayName("F-10 killed at any statement of a migration, the next start finishes it")
  void migrationsMayBeKilled() throws Exception {
    Path live = Files.createDirectory(folder.resolve("live"));
    SQLiteDataSource source = new SQLiteDataSource();
    source.setUrl("jdbc:sqlite:" + live.resolve("control.db"));
    try (var first = source.getConnection();
        var statement = first.createStatement()) {
      statement.execute("PRAGMA journal_mode = WAL");
    }
    List<Path> snapshots = new ArrayList<>();
    Migrations.run(
        Interrupted.before(
            source,
            () -> {
              Path copy = folder.resolve("killed-" + snapshots.size());
              copyFiles(live, copy);
              snapshots.add(copy);
            }));
    assertThat(snapshots).hasSizeGreaterThan(40);
    for (Path snapshot : snapshots) {
      try (ControlPlane plane = open(snapshot)) {
        assertThat(plane.projects().inDeletion()).isEmpty();
        assertThat(plane.accounts().needsSetup()).isTrue();
        assertThat(plane.audit().firstBroken(plane.firstProject().scope())).isEmpty();
      }
    }
  }

  @Test
  @DisplayName("F-10 an old server refuses a newer schema in one line")
  void aNewerSchemaIsRefused() throws Exception {
    open(folder).close();
    SQLiteDataSource source = new SQLiteDataSource();
    source.setUrl("jdbc:sqlite:" + folder.resolve("control.db"));
    try (var connection = source.getConnection();
        var statement = connection.createStatement()) {
      statement.execute(
          "INSERT INTO schema_history SELECT 99, '99', 'from the future', type, 'V99__x.sql',"
              + " checksum, installed_by, installed_on, execution_time, success"
              + " FROM schema_history WHERE installed_rank = 1");
    }
    assertThatThrownBy(() -> open(folder))
        .isInstanceOf(MigrationException.class)
        .hasMessageContaining("written by a newer server (schema 99)")
        .satisfies(e -> assertThat(String.valueOf(e.getMessage()).lines()).hasSize(1));
  }

  @Test
  @DisplayName("dumpHoldsNoCanary: no secret stands in the file, its log or a backup")
  void theFileHoldsNoSecret() throws Exception {
    List<String> secrets = new ArrayList<>(List.of(CANARY, PASSWORD));
    try (ControlPlane plane = open(folder)) {
      String setupCode = plane.accounts().issueCode(Optional.empty()).reveal();
      Sessions.Ticket ticket =
          plane.accounts().setup(setupCode, "owner@example.com", PASSWORD, "Owner");
      Membership owner = plane.accounts().memberships(ticket.signedIn()).getFirst();
      plane
          .providerDesk()
          .create(
              owner, KeysAndProvidersContract.wish("p", "https://a.example", new Secret(CANARY)));
      ApiKeyDesk.Created key =
          plane.apiKeyDesk().create(owner, ControlPlaneContract.keyWish("app"));
      secrets.add(setupCode);
      secrets.add(ticket.token().reveal());
      secrets.add(key.secret().reveal());
      secrets.add(plane.invites().create(owner, Role.VIEWER).code().reveal());
      secrets.add(latin1(plane.vault().signatureKey(owner.project())));
      secrets.add(latin1(plane.vault().passwordPepper()));
      secrets.add(Files.readString(folder.resolve("whyops.key")).strip());
      copy(plane, folder.resolve("backup.db"));
      assertClean(secrets); // with the write-ahead log as it is
    }
    assertThat(folder.resolve("backup.db")).isNotEmptyFile();
    assertClean(secrets);
  }

  @Test
  @DisplayName("F-37 a backup starts like the original, and not without the key file")
  void backupsCanBeRestored() throws Exception {
    String token;
    try (ControlPlane plane = open(folder)) {
      String code = plane.accounts().issueCode(Optional.empty()).reveal();
      token = plane.accounts().setup(code, "a@example.com", PASSWORD, "Owner").token().reveal();
      copy(plane, folder.resolve("backup.db"));
    }
    Path elsewhere = Files.createDirectory(folder.resolve("restored"));
    Files.copy(folder.resolve("backup.db"), elsewhere.resolve("control.db"));
    assertThatThrownBy(() -> open(elsewhere))
        .isInstanceOf(VaultException.class)
        .hasMessageContaining("is missing, but sealed secrets exist");
    Files.copy(folder.resolve("whyops.key"), elsewhere.resolve("whyops.key"));
    try (ControlPlane plane = open(elsewhere)) {
      assertThat(plane.accounts().signedIn(token)).isPresent();
    }
  }

  @Test
  @DisplayName("F-32 another installation's key file is refused")
  void aWrongKeyFileIsRefused() throws Exception {
    try (ControlPlane plane = open(folder)) {
      plane.vault().passwordPepper();
    }
    Files.delete(folder.resolve("whyops.key"));
    try (ControlPlane other = open(Files.createDirectory(folder.resolve("other")))) {
      other.vault().passwordPepper();
    }
    Files.copy(folder.resolve("other/whyops.key"), folder.resolve("whyops.key"));
    assertThatThrownBy(() -> open(folder))
        .isInstanceOf(VaultException.class)
        .hasMessageContaining("not the one that sealed");
  }

  private void assertClean(List<String> secrets) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(f -> f.toString().contains(".db")).toList()) {
        String content = latin1(Files.readAllBytes(file));
        for (String secret : secrets) {
          assertThat(content.contains(secret)).as("%s in %s", "a secret", file).isFalse();
          assertThat(content.contains(base64(secret))).as("base64 in %s", file).isFalse();
        }
      }
    }
  }

  private static String base64(String secret) {
    String text = Base64.getEncoder().encodeToString(secret.getBytes(StandardCharsets.ISO_8859_1));
    return text.substring(0, text.length() - 4); // the last group depends on what follows
  }

  private static String latin1(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  /** The files as a killed process leaves them: the shared-memory index is rebuilt. */
  private static void copyFiles(Path from, Path to) {
    try {
      Files.createDirectory(to);
      for (String name : List.of("control.db", "control.db-wal")) {
        if (Files.exists(from.resolve(name))) {
          Files.copy(from.resolve(name), to.resolve(name));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ControlPlane open(Path folder) {
    return ControlPlane.open(
        SqliteDatabase.open(folder.resolve("control.db")),
        folder.resolve("whyops.key"),
        ControlPlaneContract.noBootstrap(),
        _ -> {},
        Clock.systemUTC(),
        Ticker.systemTicker());
  }

  private static void copy(ControlPlane plane, Path file) {
    try (Database backup = SqliteDatabase.open(file)) {
      TableCopy.copy(plane.database(), backup);
    }
  }
}
