package dev.whyops.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.whyops.auth.Membership;
import dev.whyops.auth.Sessions;
import dev.whyops.auth.SignedIn;
import dev.whyops.project.Project;
import dev.whyops.project.ProjectId;
import dev.whyops.store.sqlite.SqliteDatabase;
import dev.whyops.tenancy.ProjectRemoval;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("DA-14 deletion of a project")
class ProjectRemovalTest {
  @TempDir Path folder;

  private final List<String> steps = new CopyOnWriteArrayList<>();

  @Test
  void endsCallsThenForgetsEventsThenRemovesTheRows() throws Exception {
    try (ControlPlane plane = open()) {
      Membership doomed = doomed(plane);
      try (ProjectRemoval removal = removal(plane)) {
        removal.start();
        plane.projects().delete(doomed);
        assertThat(steps).containsExactly("end " + doomed.project());
        await(() -> plane.projects().inDeletion().isEmpty());
        assertThat(steps).containsExactly("end " + doomed.project(), "forget " + doomed.project());
      }
    }
  }

  @Test
  void goesOnAfterAKill() throws Exception {
    ProjectId doomed;
    try (ControlPlane plane = open()) {
      Membership member = doomed(plane);
      doomed = member.project();
      plane.projects().delete(member); // and the process ends here
    }
    try (ControlPlane plane = open();
        ProjectRemoval removal = removal(plane)) {
      assertThat(plane.projects().inDeletion()).containsExactly(doomed);
      removal.start();
      await(() -> plane.projects().inDeletion().isEmpty());
      assertThat(steps).containsExactly("forget " + doomed);
    }
  }

  private ProjectRemoval removal(ControlPlane plane) {
    return new ProjectRemoval(
        plane.projects(),
        project -> steps.add("end " + project),
        scope -> steps.add("forget " + scope.project()));
  }

  private static Membership doomed(ControlPlane plane) {
    String code = plane.accounts().issueCode(Optional.empty()).reveal();
    Sessions.Ticket ticket =
        plane.accounts().setup(code, "owner@example.com", "a good password", "Owner");
    SignedIn owner = ticket.signedIn();
    Project project = plane.projects().create(owner.person(), "doomed");
    return plane.accounts().membership(owner, project.id()).orElseThrow();
  }

  private static void await(BooleanSupplier done) throws InterruptedException {
    for (int i = 0; i < 500 && !done.getAsBoolean(); i++) {
      Thread.sleep(20);
    }
    assertThat(done.getAsBoolean()).isTrue();
  }

  private ControlPlane open() {
    return ControlPlane.open(
        SqliteDatabase.open(folder.resolve("control.db")),
        folder.resolve("whyops.key"),
        ControlPlaneContract.noBootstrap(),
        _ -> {},
        Clock.systemUTC(),
        Ticker.systemTicker());
  }
}
