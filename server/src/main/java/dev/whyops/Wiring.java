package dev.whyops;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.whyops.agent.InitHandler;
import dev.whyops.auth.Scope;
import dev.whyops.config.Settings;
import dev.whyops.dashboard.Backlog;
import dev.whyops.dashboard.DashboardOptions;
import dev.whyops.dashboard.DashboardServer;
import dev.whyops.dashboard.DashboardServices;
import dev.whyops.dashboard.DeadLetters;
import dev.whyops.dashboard.LiveFeed;
import dev.whyops.dashboard.Tls;
import dev.whyops.endpoint.Endpoint;
import dev.whyops.endpoint.RouteTable;
import dev.whyops.endpoint.RouteTable.Row;
import dev.whyops.erasure.PendingErasures;
import dev.whyops.erasure.UserErasure;
import dev.whyops.event.IngestHandler;
import dev.whyops.event.MaskedIngest;
import dev.whyops.event.otlp.OtlpHandler;
import dev.whyops.evidence.BookModels;
import dev.whyops.evidence.FindingKeeper;
import dev.whyops.evidence.TraceEvidence;
import dev.whyops.evidence.VersionHistories;
import dev.whyops.gateway.GatewayConfig;
import dev.whyops.gateway.GatewayServer;
import dev.whyops.gateway.HttpLimits;
import dev.whyops.intake.Intake;
import dev.whyops.journal.JournalStats;
import dev.whyops.limit.SpendHistory;
import dev.whyops.pricing.PriceBook;
import dev.whyops.project.ProjectId;
import dev.whyops.project.ProjectScope;
import dev.whyops.proxy.EgressPolicy;
import dev.whyops.proxy.GatewayCounters;
import dev.whyops.record.Drain;
import dev.whyops.store.ControlPlane;
import dev.whyops.store.duckdb.DuckDbAnalytics;
import dev.whyops.store.duckdb.DuckDbSpend;
import dev.whyops.store.duckdb.DuckDbTraceGroups;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands each listener what it needs. */
final class Wiring {
  private static final String VERSION = "0.1.0";
  private static final Logger LOG = LoggerFactory.getLogger(Wiring.class);

  /** A start waits so long for what was spent before, so that no budget begins anew. */
  private static final Duration REPLAY_PATIENCE = Duration.ofSeconds(10);

  private final Settings settings;
  private final ControlPlane control;
  private final EventPlane events;
  private final Intake intake;
  private final VersionHistories histories;
  private final TraceEvidence evidence;
  private final UserErasure erasure;
  private LongSupplier findingsSkipped = () -> 0;

  Wiring(
      Settings settings,
      ControlPlane control,
      EventPlane events,
      VersionHistories histories,
      Intake intake)
      throws IOException {
    this.settings = settings;
    this.control = control;
    this.events = events;
    this.intake = intake;
    this.histories = histories;
    this.evidence =
        new TraceEvidence(
            events.reader(),
            histories,
            new BookModels(PriceBook.builtIn()),
            control.findings()::thresholds);
    this.erasure =
        new UserErasure(
            events.reader(),
            this::forget,
            PendingErasures.open(settings.dataDir().resolve("erasures")));
  }

  GatewayServer gateway(EgressPolicy egress, BooleanSupplier ready) {
    String dashboard = settings.dashboardUrl(settings.listeners().dashboardPort()).toString();
    return new GatewayServer(
        new GatewayConfig(
            settings.listeners().host(),
            settings.listeners().port(),
            dashboard,
            settings
                .tls()
                .certFile()
                .flatMap(
                    cert ->
                        settings.tls().keyFile().map(key -> new GatewayConfig.TlsFiles(cert, key))),
            HttpLimits.DEFAULT.within(openFilesMax())),
        new GatewayServer.Dependencies(
            control.apiKeys(),
            control.providers(),
            control.settings(),
            events.recorder(),
            intake,
            events.continuity(),
            control.vault()::signatureKey,
            spend(),
            new BookPricer(control.prices()::book, control.providers()),
            ownRoutes(),
            egress,
            GatewayServer::resolve,
            control.clock().precise(),
            ready));
  }

  /** What keys with a budget spent before this process began; read only if there are any. */
  private SpendHistory spend() {
    if (!control.apiKeyDesk().anyBudget()) {
      return SpendHistory.NONE;
    }
    if (!events.awaitReplay(REPLAY_PATIENCE)) {
      LOG.warn("budgets_incomplete reason=journal_still_read");
    }
    Instant month =
        YearMonth.from(control.clock().instant().atOffset(ZoneOffset.UTC))
            .atDay(1)
            .atStartOfDay(ZoneOffset.UTC)
            .toInstant();
    try {
      return SpendHistory.ofMonth(
          month, new DuckDbSpend(events.store()).nanoUsdByKey(month, events.bootSeq()));
    } catch (RuntimeException e) { // the gateway serves although the store does not
      LOG.error("budgets_unknown cause={}", e.getMessage());
      return SpendHistory.NONE;
    }
  }

  /** The gateway routes that are ours, each with the scope that it asks for. */
  RouteTable ownRoutes() {
    Endpoint init = new InitHandler(control.agents());
    IngestHandler.Parts parts =
        new IngestHandler.Parts(
            events.journal(),
            events.repetitions(),
            control.agents()::samplingShare,
            (caller, traceId) -> events.steps().next(caller.project(), traceId),
            intake,
            control.clock());
    Endpoint ingest =
        new MaskedIngest(new IngestHandler(IngestHandler.Style.COUNTS, parts), events.masks());
    Endpoint rows =
        new MaskedIngest(new IngestHandler(IngestHandler.Style.ROWS, parts), events.masks());
    Endpoint spans = new OtlpHandler(parts, events.masks()::load);
    return new RouteTable(
        List.of(
            new Row("POST", "/v1/agents/init", Scope.INGEST, init),
            new Row("POST", "/agents/init", Scope.INGEST, init),
            new Row("POST", "/api/entities/init", Scope.INGEST, init),
            new Row("POST", "/api/events/ingest", Scope.INGEST, ingest),
            new Row("POST", "/api/events", Scope.INGEST, rows),
            new Row("POST", "/v1/traces", Scope.INGEST, spans),
            new Row("POST", "/traces", Scope.INGEST, spans)));
  }

  /** Judges traces when they have closed. */
  FindingKeeper findings() throws IOException {
    FindingKeeper keeper =
        FindingKeeper.open(
            settings.dataDir(),
            evidence,
            control.findings(),
            histories,
            settings.traceIdle(),
            control.clock());
    findingsSkipped = keeper::skipped;
    return keeper;
  }

  /** Deletions of users' data; the same one for as long as the server runs. */
  UserErasure erasure() {
    return erasure;
  }

  private void forget(ProjectScope scope, String traceId) {
    Drain.forget(events.journal(), scope, traceId);
    histories.forget(scope, traceId);
    control.findings().forget(scope, traceId);
    events.continuity().forget(scope.project(), traceId);
  }

  DashboardServer dashboard(GatewayServer gateway, LiveFeed live, Server server) {
    return new DashboardServer(
        new DashboardOptions(
            settings.listeners().host(),
            settings.listeners().dashboardPort(),
            settings.listeners().publicUrl(),
            server::gatewayUrl,
            settings.trustedProxies(),
            tls(),
            cursorSecret(),
            VERSION),
        new DashboardServices(
            new DashboardServices.People(
                control.accounts(),
                control.apiKeys(),
                control.apiKeyDesk(),
                control.projects(),
                control.settings(),
                control.prices(),
                control.members(),
                control.invites()),
            new DashboardServices.Traces(
                events.reader(),
                evidence,
                histories,
                new DuckDbAnalytics(events.store()),
                new DuckDbTraceGroups(events.store(), control.findings(), control.clock()),
                this::forget,
                erasure(),
                control.findings(),
                live),
            new DashboardServices.Route(control.providerDesk(), gateway.probe()),
            control.agentCatalog(),
            control.savedViews(),
            control.audit(),
            new DashboardServices.Operation(
                intake,
                () -> backlog(gateway.counters()),
                deadLetters(),
                ServerMetrics.of(
                    gateway.counters(), events, intake, () -> findingsSkipped.getAsLong()),
                server::ready,
                control.ids(),
                control.clock())));
  }

  private DeadLetters deadLetters() {
    return new DeadLetters() {
      @Override
      public long count(ProjectId project) {
        return events.deadLetter().count(project);
      }

      @Override
      public int redrive(ProjectId project) {
        return events.deadLetter().redrive(events.journal(), project);
      }
    };
  }

  private Tls tls() {
    return settings.tls().enabled()
        ? Tls.ofPem(settings.tls().certFile().orElseThrow(), settings.tls().keyFile().orElseThrow())
        : Tls.none();
  }

  /** The same after a restart, and known to nobody who lacks the key file. */
  private byte[] cursorSecret() {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      sha256.update("cursors".getBytes(StandardCharsets.US_ASCII));
      return sha256.digest(control.vault().passwordPepper());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private Backlog.Figures backlog(GatewayCounters counters) {
    JournalStats journal = events.journal().stats();
    Drain.Progress drain = events.drain().progress();
    return new Backlog.Figures(
        Backlog.Journal.of(drain.behindFrames(), drain.lagNs() / 1_000_000, journal.backlogBytes()),
        counters.lateRecords(),
        counters.captureGaps() + events.captureGaps());
  }

  /** Where the platform does not tell, nothing is taken off. */
  private static long openFilesMax() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
        ? system.getMaxFileDescriptorCount()
        : Long.MAX_VALUE;
  }
}
