package dev.whyops.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whyops.audit.AuditNote;
import dev.whyops.auth.ApiKeyDesk;
import dev.whyops.auth.KeyLimits;
import dev.whyops.auth.Membership;
import dev.whyops.auth.Person;
import dev.whyops.auth.Role;
import dev.whyops.auth.Scope;
import dev.whyops.auth.UserStore;
import dev.whyops.config.Settings;
import dev.whyops.http.ApiException;
import dev.whyops.id.ManualTime;
import dev.whyops.project.Environment;
import dev.whyops.project.Project;
import dev.whyops.store.sql.Database;
import dev.whyops.store.sql.SqlAuditLog;
import dev.whyops.store.sql.SqlUserStore;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * The stage of the contract tests that every engine of the control plane passes: an empty database,
 * and people and projects to fill it with. Passwords are left out where they do not matter; hashing
 * them takes long.
 */
abstract class ControlPlaneContract {
  @TempDir Path folder;

  final ManualTime time = new ManualTime();

  // Set before each test; JUnit makes one instance per test.
  @SuppressWarnings("NullAway.Init")
  Database database;

  @SuppressWarnings("NullAway.Init")
  ControlPlane plane;

  private int personCount;

  /** An empty database, or the one of this test again after {@link #reopen}. */
  abstract Database openDatabase() throws Exception;

  @BeforeEach
  final void open() throws Exception {
    database = openDatabase();
    plane =
        ControlPlane.open(
            database, folder.resolve("whyops.key"), noBootstrap(), _ -> {}, time, time);
  }

  @AfterEach
  final void close() {
    if (plane != null) { // null when the engine is not installed
      plane.close();
    }
  }

  final void reopen() throws Exception {
    plane.close();
    open();
  }

  /** The owner of the first project. */
  final Membership owner() {
    return joined(plane.firstProject(), Role.OWNER);
  }

  final Membership joined(Project project, Role role) {
    Person person =
        new Person(
            plane.ids().next("usr_"),
            "p" + ++personCount + "@example.com",
            "P" + personCount,
            plane.clock().instant());
    SqlUserStore users = new SqlUserStore(database, new SqlAuditLog(database, plane.clock()));
    if (plane.accounts().needsSetup()) {
      assertThat(
              users.insertFirstOwner(
                  new UserStore.Login(person, "phc"),
                  plane.firstProject().id(),
                  AuditNote.system("owner.created", person.id())))
          .isTrue();
      if (role == Role.OWNER && project.equals(plane.firstProject())) {
        return users.membership(person, project.id()).orElseThrow();
      }
      return joined(project, role);
    }
    Membership host =
        users.owners().stream()
            .flatMap(p -> users.membership(p, project.id()).stream())
            .filter(m -> m.role() == Role.OWNER)
            .findFirst()
            .orElseThrow();
    String code = plane.invites().create(host, role).code().reveal();
    plane.invites().signUp(code, person.email(), "a good password", person.name());
    Person stored = users.byEmail(person.email()).orElseThrow().person();
    return users.membership(stored, project.id()).orElseThrow();
  }

  /** A new project and its owner. */
  final Membership ownerElsewhere(String name) {
    Membership somebody = owner();
    Project project = plane.projects().create(somebody.person(), name);
    SqlUserStore users = new SqlUserStore(database, new SqlAuditLog(database, plane.clock()));
    return users.membership(somebody.person(), project.id()).orElseThrow();
  }

  static ApiKeyDesk.Wish keyWish(String name) {
    return new ApiKeyDesk.Wish(
        name, Environment.PRODUCTION, Set.of(Scope.PROXY), null, null, null, KeyLimits.NONE);
  }

  static void refused(int status, String code, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            ApiException.class,
            e -> {
              assertThat(e.code()).isEqualTo(code);
              assertThat(e.status()).isEqualTo(status);
            });
  }

  static Settings.Bootstrap noBootstrap() {
    return new Settings.Bootstrap(
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        URI.create("https://api.openai.com/v1"),
        Optional.empty(),
        URI.create("https://api.anthropic.com"));
  }
}
