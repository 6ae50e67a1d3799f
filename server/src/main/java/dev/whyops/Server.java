package dev.whyops;

import dev.whyops.config.Settings;
import dev.whyops.config.Settings.Listeners;
import dev.whyops.dashboard.DashboardServer;
import dev.whyops.dashboard.LiveFeed;
import dev.whyops.endpoint.RouteTable;
import dev.whyops.evidence.FindingKeeper;
import dev.whyops.evidence.VersionHistories;
import dev.whyops.gateway.GatewayServer;
import dev.whyops.http.ApiException;
import dev.whyops.intake.Intake;
import dev.whyops.journal.DirectoryLock;
import dev.whyops.journal.JournalException;
import dev.whyops.pace.CallLoad;
import dev.whyops.pace.MachineLoad;
import dev.whyops.proxy.EgressPolicy;
import dev.whyops.record.Drain;
import dev.whyops.store.ControlPlane;
import dev.whyops.store.sql.MigrationException;
import dev.whyops.tenancy.ProjectRemoval;
import dev.whyops.vault.VaultException;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The whole product in one process, composed by hand: lock, control plane, event plane, gateway,
 * dashboard. Opened in this order, closed in the reverse one.
 */
final class Server implements AutoCloseable {
  private static final int POSTGRES_PORT = 5432;

  /**
   * How long a deletion that is taken up waits at a time for the store to have read the journal.
   */
  private static final Duration ERASURE_LOOK = Duration.ofSeconds(1);

  private static final Logger LOG = LoggerFactory.getLogger(Server.class);

  private final Settings settings;
  private final Runnable betweenSteps;
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private volatile boolean ready; // behind it the two that follow are set
  private BooleanSupplier drainIsHealthy = () -> true;
  private BooleanSupplier loopsKeepUp = () -> true;
  private List<RouteTable.Row> gatewayRoutes = List.of();
  private URI gatewayUrl = URI.create("http://127.0.0.1");
  private URI dashboardUrl = URI.create("http://127.0.0.1");
  private Optional<String> setupCode = Optional.empty();

  private Server(Settings settings, Runnable betweenSteps) {
    this.settings = settings;
    this.betweenSteps = betweenSteps;
  }

  /** Opens everything and takes traffic. */
  static Server start(Settings settings) {
    return start(settings, () -> {});
  }

  /**
   * @param betweenSteps called when something was opened; what it throws ends the start, and all
   *     that is open is closed
   * @throws StartException with the one line that tells the operator what is wrong
   */
  static Server start(Settings settings, Runnable betweenSteps) {
    Server server = new Server(settings, betweenSteps);
    try {
      server.open();
      return server;
    } catch (JournalException | VaultException | MigrationException | ApiException e) {
      server.close();
      throw new StartException(String.valueOf(e.getMessage()));
    } catch (IOException e) {
      server.close();
      throw new StartException("the data directory cannot be used: " + e.getMessage());
    } catch (RuntimeException e) {
      server.close();
      throw e;
    }
  }

  private void open() throws IOException {
    push(DirectoryLock.take(settings.dataDir()));
    EgressPolicy egress = new EgressPolicy(settings.egressAllow(), databasePorts(settings));
    ControlPlane control = push(ControlPlane.open(settings, baseUrl -> check(egress, baseUrl)));
    EventPlane events = push(EventPlane.open(settings, control));
    Intake intake = new Intake(control.clock());
    LiveFeed live = new LiveFeed(events.reader(), control.findings());
    intake.listen(live);
    events
        .drain()
        .listen(batch -> live.landed(batch.stream().map(landed -> landed.event()).toList()));
    VersionHistories histories = push(VersionHistories.open(settings.dataDir(), control.clock()));
    Wiring wiring = new Wiring(settings, control, events, histories, intake);
    FindingKeeper findings = push(wiring.findings());
    events
        .drain()
        .listen(batch -> findings.landed(batch.stream().map(landed -> landed.event()).toList()));
    events.drain().start();

    gatewayRoutes = wiring.ownRoutes().rows();
    GatewayServer gateway = wiring.gateway(egress, this::storesAndServes);
    push(() -> gateway.close(settings.shutdownGrace()));
    CallLoad load =
        new MachineLoad(
            gateway.counters()::calls,
            gateway.counters()::answerReads,
            MachineLoad::platformBusyShare,
            System::nanoTime);
    events.drain().yieldTo(load);
    findings.yieldTo(load);
    push(new ProjectRemoval(
            control.projects(),
            gateway::endCalls,
            scope -> {
              Drain.forget(events.journal(), scope, null);
              histories.forget(scope, null);
              events.continuity().forget(scope.project(), null);
            }))
        .start();
    push(wiring.erasure()).resume(() -> events.awaitReplay(ERASURE_LOOK));
    int gatewayPort = bind("port", settings.listeners().port(), gateway::start);
    gatewayUrl = settings.gatewayUrl(gatewayPort);

    DashboardServer dashboard = push(wiring.dashboard(gateway, live, this));
    bind(
        "dashboard-port",
        settings.listeners().dashboardPort(),
        () -> {
          dashboard.start();
          return dashboard.port();
        });
    // First in, last out: while calls end, the dashboard still tells that the server is not ready.
    push(() -> gateway.close(settings.shutdownGrace()));
    dashboardUrl = dashboard.url();
    egress.listeners(Set.of(gatewayPort, dashboard.port()), authorities());
    if (control.accounts().needsSetup()) {
      setupCode = Optional.of(control.accounts().issueCode(Optional.empty()).reveal());
    }
    drainIsHealthy = events.drain()::healthy;
    loopsKeepUp = gateway::keepsUp;
    ready = true;
  }

  /** Where a configured database listens, no provider lives. */
  private static Set<Integer> databasePorts(Settings settings) {
    return settings
        .databaseUrl()
        .map(URI::create)
        .map(url -> Set.of(url.getPort() < 0 ? POSTGRES_PORT : url.getPort()))
        .orElse(Set.of());
  }

  private static void check(EgressPolicy egress, URI baseUrl) {
    if (egress.check(baseUrl.toString(), GatewayServer::resolve)
        instanceof EgressPolicy.Verdict.Refused(String code, String reason)) {
      throw new ApiException(400, code, reason);
    }
  }

  private interface Binding {
    int bind();
  }

  /** A port in use is the commonest fault of a start: it names the flag that mends it. */
  private static int bind(String flag, int port, Binding binding) {
    try {
      return binding.bind();
    } catch (Exception e) { // Netty throws the socket's exception unchecked, Jetty wraps it
      for (Throwable cause = e; cause != null; cause = cause.getCause()) {
        if (cause instanceof IOException) {
          throw new StartException(
              "port %d cannot be used (%s); choose another one with --%s"
                  .formatted(port, cause.getMessage(), flag));
        }
      }
      throw e;
    }
  }

  private Set<String> authorities() {
    Listeners listeners = settings.listeners();
    Set<String> names = new HashSet<>();
    names.add(gatewayUrl.getAuthority());
    names.add(dashboardUrl.getAuthority());
    listeners.publicUrl().map(URI::getAuthority).ifPresent(names::add);
    return names;
  }

  URI gatewayUrl() {
    return gatewayUrl;
  }

  URI dashboardUrl() {
    return dashboardUrl;
  }

  /** Present as long as no owner exists; each start makes a new one. */
  Optional<String> setupCode() {
    return setupCode;
  }

  /** The gateway routes that are ours, for whoever has to prove something about each of them. */
  List<RouteTable.Row> gatewayRoutes() {
    return gatewayRoutes;
  }

  /**
   * Started, not closing, and fit for more traffic. A journal that waits to be stored is no reason
   * to send traffic elsewhere: calls and events are taken all the same.
   */
  boolean ready() {
    return storesAndServes() && loopsKeepUp.getAsBoolean();
  }

  private boolean storesAndServes() {
    return ready && drainIsHealthy.getAsBoolean();
  }

  private <T extends AutoCloseable> T push(T resource) {
    opened.push(resource);
    betweenSteps.run();
    return resource;
  }

  /** Not ready first, then the listeners, then what waits is drained and synced. */
  @Override
  public void close() {
    ready = false;
    while (!opened.isEmpty()) {
      try {
        opened.pop().close();
      } catch (Exception e) { // the rest has to be closed all the same
        LOG.warn("close_failed cause={}", e.toString());
      }
    }
  }
}
