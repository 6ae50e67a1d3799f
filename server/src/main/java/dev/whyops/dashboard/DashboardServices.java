package dev.whyops.dashboard;

import dev.whyops.agent.AgentCatalog;
import dev.whyops.analytics.Analytics;
import dev.whyops.analytics.TraceGroups;
import dev.whyops.audit.AuditLog;
import dev.whyops.auth.Accounts;
import dev.whyops.auth.ApiKeyDesk;
import dev.whyops.auth.ApiKeys;
import dev.whyops.erasure.UserErasure;
import dev.whyops.evidence.FindingStore;
import dev.whyops.evidence.Histories;
import dev.whyops.evidence.TraceEvidence;
import dev.whyops.id.Ids;
import dev.whyops.intake.Intake;
import dev.whyops.metrics.Metrics;
import dev.whyops.route.ProviderDesk;
import dev.whyops.route.ProviderProbe;
import dev.whyops.tenancy.Invites;
import dev.whyops.tenancy.Members;
import dev.whyops.tenancy.Prices;
import dev.whyops.tenancy.Projects;
import dev.whyops.tenancy.Settings;
import dev.whyops.trace.TraceEraser;
import dev.whyops.trace.TraceReader;
import dev.whyops.view.SavedViews;
import java.time.Clock;
import java.util.function.BooleanSupplier;

/** Everything the dashboard asks, made by the composition. */
public record DashboardServices(
    People people,
    Traces traces,
    Route route,
    AgentCatalog agents,
    SavedViews views,
    AuditLog audit,
    Operation operation) {

  /** Who may do what. */
  public record People(
      Accounts accounts,
      ApiKeys keys,
      ApiKeyDesk keyDesk,
      Projects projects,
      Settings settings,
      Prices prices,
      Members members,
      Invites invites) {}

  /** What is stored about traces. */
  public record Traces(
      TraceReader reader,
      TraceEvidence evidence,
      Histories histories,
      Analytics analytics,
      TraceGroups groups,
      TraceEraser eraser,
      UserErasure erasure,
      FindingStore findings,
      LiveFeed live) {}

  /** Where calls go. */
  public record Route(ProviderDesk desk, ProviderProbe probe) {}

  /**
   * How the server does.
   *
   * @param ready whether it may take traffic
   */
  public record Operation(
      Intake intake,
      Backlog backlog,
      DeadLetters deadLetters,
      Metrics metrics,
      BooleanSupplier ready,
      Ids ids,
      Clock clock) {}
}
