package dev.whyops.dashboard;

import dev.whyops.auth.Permission;
import dev.whyops.auth.Role;
import dev.whyops.intake.Intake;
import dev.whyops.intake.Refusal;
import dev.whyops.project.ProjectId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What came in, what did not and why, and how far the store lags behind the journal. */
final class IngestionApi {
  private static final int EXAMPLES_MAX = 5;

  private final Intake intake;
  private final Backlog backlog;
  private final DeadLetters deadLetters;

  IngestionApi(Intake intake, Backlog backlog, DeadLetters deadLetters) {
    this.intake = intake;
    this.backlog = backlog;
    this.deadLetters = deadLetters;
  }

  record Redriven(int redriven) {}

  record RefusalItem(
      String id,
      Instant at,
      String method,
      String path,
      int status,
      String code,
      String requestId,
      String cause,
      String remedy,
      boolean ownProject) {
    static RefusalItem of(Refusal refusal, @Nullable ProjectId project) {
      Remedies.Remedy remedy = Remedies.of(refusal.code());
      return new RefusalItem(
          refusal.requestId(),
          refusal.at(),
          refusal.method(),
          refusal.path(),
          refusal.status(),
          refusal.code(),
          refusal.requestId(),
          remedy.cause(),
          remedy.remedy(),
          project != null);
    }
  }

  record Rejected(String reason, long count, List<RefusalItem> examples) {}

  record DeadLetter(long count) {}

  record Ingestion(
      long accepted,
      long duplicates,
      long sampledOut,
      List<Rejected> rejected,
      Backlog.Journal journal,
      long lateRecords,
      long captureGaps,
      DeadLetter deadLetter,
      Instant since) {}

  void addTo(RouteTable routes) {
    routes
        .get("/api/ingestion", Access.READ, this::ingestion)
        .get("/api/refusals", Access.READ, this::refusals)
        .post(
            "/api/ingestion/redrive",
            new Access.InProject(Permission.MANAGE_SETTINGS),
            call -> Reply.ok(new Redriven(deadLetters.redrive(call.project().project()))));
  }

  private Reply ingestion(Call call) {
    ProjectId project = call.project().project();
    Intake.Snapshot counts = intake.snapshot(project);
    List<Refusal> last = intake.refusals(project);
    List<Rejected> rejected = new ArrayList<>();
    counts
        .rejected()
        .forEach(
            (code, count) ->
                rejected.add(
                    new Rejected(
                        code,
                        count,
                        last.stream()
                            .filter(refusal -> refusal.code().equals(code))
                            .limit(EXAMPLES_MAX)
                            .map(refusal -> RefusalItem.of(refusal, project))
                            .toList())));
    Backlog.Figures figures = backlog.figures();
    return Reply.ok(
        new Ingestion(
            counts.accepted(),
            counts.duplicates(),
            counts.sampledOut(),
            rejected,
            figures.journal(),
            figures.lateRecords(),
            figures.captureGaps(),
            new DeadLetter(deadLetters.count(project)),
            counts.since()));
  }

  /** At most a hundred are kept, so one page holds them all. */
  private Reply refusals(Call call) {
    ProjectId project = call.project().project();
    @Nullable Instant since = call.time("since");
    boolean admin = call.membership() != null && call.membership().role().atLeast(Role.ADMIN);
    boolean probe = admin && call.query("probe").map(Boolean::parseBoolean).orElse(false);
    Stream<RefusalItem> own =
        intake.refusals(project).stream().map(refusal -> RefusalItem.of(refusal, project));
    Stream<RefusalItem> unknown =
        probe
            ? intake.unknownKeys().stream().map(refusal -> RefusalItem.of(refusal, null))
            : Stream.empty();
    List<RefusalItem> items =
        Stream.concat(own, unknown)
            .filter(item -> since == null || !item.at().isBefore(since))
            .sorted(Comparator.comparing(RefusalItem::at).reversed())
            .limit(call.limit())
            .toList();
    return Reply.ok(Page.whole(items));
  }
}
