package dev.whyops.tenancy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whyops.audit.AuditNote;
import dev.whyops.auth.Membership;
import dev.whyops.auth.Person;
import dev.whyops.auth.Role;
import dev.whyops.http.ApiException;
import dev.whyops.http.UnavailableException;
import dev.whyops.id.Ids;
import dev.whyops.id.ManualTime;
import dev.whyops.pricing.PriceBook;
import dev.whyops.project.Capture;
import dev.whyops.project.Project;
import dev.whyops.project.ProjectId;
import dev.whyops.project.ProjectScope;
import dev.whyops.project.ProjectSettings;
import dev.whyops.project.ProjectSettings.Mask;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Bounds of what a project may be given, and what goes on while a store is away. */
class TenancyBoundsTest {
  private static final ProjectScope SCOPE = new ProjectScope(new ProjectId("prj_A"));

  private final ManualTime time = new ManualTime();
  private final MemoryProjectStore store = new MemoryProjectStore();
  private final Projects projects = new Projects(store, new Ids(time, new Random(1)), time);
  private final Settings settings = new Settings(store, time);

  private Membership member(Role role) {
    return new Membership(SCOPE.project(), "shop", person(), role);
  }

  private Person person() {
    return new Person("usr_1", "owner@example.com", "Owner", time.instant());
  }

  private static void refused(int status, String code, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            ApiException.class,
            e -> {
              assertThat(e.status()).isEqualTo(status);
              assertThat(e.code()).isEqualTo(code);
            });
  }

  @Test
  @DisplayName("DA-13 up to fifty masks, and texts of a thousand characters")
  void boundsMasks() {
    Mask longest = new Mask("m".repeat(100), "x".repeat(1_000), "y".repeat(1_000));
    ProjectSettings most =
        new ProjectSettings(Capture.FULL, false, 90, Collections.nCopies(50, longest));
    settings.save(member(Role.ADMIN), most);
    assertThat(settings.find(member(Role.VIEWER))).isEqualTo(most);
    assertThat(settings.cached(SCOPE)).contains(most);
    assertThat(store.notes.getLast().details())
        .containsEntry("masks", "50")
        .containsEntry("retentionDays", "90");
    refused(400, "too_many_masks", () -> Settings.check(Collections.nCopies(51, longest)));
    refused(400, "validation_failed", () -> Settings.check(List.of(new Mask("", "x", ""))));
    refused(400, "invalid_mask", () -> Settings.check(List.of(new Mask("m", "", ""))));
    refused(
        400, "invalid_mask", () -> Settings.check(List.of(new Mask("m", "x".repeat(1_001), ""))));
    refused(
        400, "invalid_mask", () -> Settings.check(List.of(new Mask("m", "x", "y".repeat(1_001)))));
    refused(403, "forbidden", () -> settings.save(member(Role.MEMBER), most));
  }

  @Test
  void anInstallationHasManyProjectsButNotAny() {
    store.more = Projects.COUNT_MAX - 1;
    Project last = projects.create(person(), " last ");
    assertThat(last.name()).isEqualTo("last");
    refused(409, "too_many_projects", () -> projects.create(person(), "one more"));
    assertThat(projects.find(new Membership(last.id(), "last", person(), Role.VIEWER)))
        .isEqualTo(last);
    refused(404, "not_found", () -> projects.find(member(Role.VIEWER)));
  }

  /** Rows in memory, or a store that is away. */
  private static final class Rows implements PriceStore {
    @Nullable String rows;
    boolean away;
    int reads;

    @Override
    public Optional<String> rows(ProjectScope scope) {
      reads++;
      if (away) {
        throw new UnavailableException("control_plane_unavailable", "away");
      }
      return Optional.ofNullable(rows);
    }

    @Override
    public void save(ProjectScope scope, String rowsJson, Instant at, AuditNote note) {
      rows = rowsJson;
    }
  }

  @Test
  @DisplayName("calls are priced by the common book while a project's rows cannot be read")
  void pricesOutliveTheirStore() {
    PriceBook common = PriceBook.builtIn();
    Rows rows = new Rows();
    Prices prices = new Prices(common, rows, time, time);
    rows.away = true;
    assertThat(prices.book(SCOPE)).isSameAs(common);
    rows.away = false;
    time.pass(Duration.ofSeconds(2));
    assertThat(prices.book(SCOPE)).as("without rows").isSameAs(common);
    rows.rows =
        """
        [{"id":"own/gpt-4o","provider":"*","model":"gpt-4o","source":"contract",
          "usdPerMillion":{"input":"7","output":"7"}}]
        """;
    time.pass(Duration.ofSeconds(2));
    PriceBook own = prices.book(SCOPE);
    assertThat(own.rowById("own/gpt-4o")).isPresent();
    time.pass(Duration.ofSeconds(2));
    int reads = rows.reads;
    assertThat(prices.book(SCOPE)).as("not parsed again").isSameAs(own);
    assertThat(rows.reads).isEqualTo(reads + 1);
    rows.away = true;
    time.pass(Duration.ofSeconds(2));
    assertThat(prices.book(SCOPE)).as("remembered").isSameAs(own);
  }

  @Test
  @DisplayName("DA-14 a removal that fails is tried again; one after the end waits for a start")
  void removalsAreTakenUpAgain() throws Exception {
    Project first = projects.create(person(), "first");
    Project second = projects.create(person(), "second");
    projects.create(person(), "third");
    List<String> steps = new CopyOnWriteArrayList<>();
    ProjectRemoval removal =
        new ProjectRemoval(
            projects, p -> steps.add("end " + p), scope -> steps.add("forget " + scope.project()));
    removal.start();
    removal.close();
    projects.delete(new Membership(first.id(), "first", person(), Role.OWNER));
    assertThat(steps).as("refused by the thread that ended").containsExactly("end " + first.id());
    assertThat(projects.inDeletion()).containsExactly(first.id());

    store.failures = 1;
    ProjectRemoval next =
        new ProjectRemoval(
            projects, _ -> {}, scope -> steps.add("forget " + scope.project()), Duration.ZERO);
    next.start();
    until(() -> projects.inDeletion().isEmpty());
    assertThat(steps)
        .containsExactly("end " + first.id(), "forget " + first.id(), "forget " + first.id());
    assertThat(projects.find(new Membership(second.id(), "s", person(), Role.OWNER)))
        .isEqualTo(second);
    next.close();
  }

  private static void until(BooleanSupplier holds) throws InterruptedException {
    long endNs = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!holds.getAsBoolean() && System.nanoTime() < endNs) {
      Thread.sleep(5);
    }
    assertThat(holds.getAsBoolean()).isTrue();
  }
}
