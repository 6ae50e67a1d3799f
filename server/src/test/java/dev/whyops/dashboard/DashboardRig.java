package dev.whyops.dashboard;

import dev.whyops.auth.ApiKeyDesk;
import dev.whyops.auth.KeyLimits;
import dev.whyops.auth.Membership;
import dev.whyops.auth.Role;
import dev.whyops.auth.Scope;
import dev.whyops.auth.Sessions;
import dev.whyops.config.Setting;
import dev.whyops.config.Settings;
import dev.whyops.config.SettingsReader;
import dev.whyops.erasure.PendingErasures;
import dev.whyops.erasure.UserErasure;
import dev.whyops.event.Event;
import dev.whyops.evidence.FindingKeeper;
import dev.whyops.evidence.TraceEvidence;
import dev.whyops.evidence.VersionHistories;
import dev.whyops.intake.Intake;
import dev.whyops.metrics.Metrics;
import dev.whyops.project.Environment;
import dev.whyops.project.Project;
import dev.whyops.route.ProviderProbe;
import dev.whyops.store.ControlPlane;
import dev.whyops.why.context.ModelFacts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

/** The listener on a free port over a real control plane in a folder of the test. */
final class DashboardRig implements AutoCloseable {
  static final String OWNER = "owner@example.com";
  static final String PASSWORD = "correct horse battery";

  final ControlPlane plane;
  final Intake intake;
  final LiveFeed live;
  private final Path data;
  private final VersionHistories histories;
  private final TraceEvidence evidence;
  final StoredTraces traces;
  final DashboardServer server;
  final AtomicReference<ProviderProbe.Result> probeResult =
      new AtomicReference<>(ProviderProbe.Result.OK);
  final HeldLetters deadLetters = new HeldLetters();
  private int people;

  DashboardRig(Path folder) {
    this(folder, Map.of("WHYOPS_BOOTSTRAP_EMAIL", OWNER, "WHYOPS_BOOTSTRAP_PASSWORD", PASSWORD));
  }

  DashboardRig(Path folder, Map<String, String> environment) {
    this(folder, environment, Tls.none());
  }

  DashboardRig(Path folder, Map<String, String> environment, Tls tls) {
    Settings settings =
        SettingsReader.read(
            Map.of(
                Setting.DATA_DIR, folder.resolve("data").toString(),
                Setting.SECRET_KEY_FILE, folder.resolve("whyops.key").toString()),
            environment,
            Optional.empty());
    this.plane = ControlPlane.open(settings, _ -> {});
    this.intake = new Intake(plane.clock());
    this.traces = new StoredTraces(folder.resolve("data"), plane.findings(), plane.clock());
    this.data = folder.resolve("data");
    this.histories = histories(folder.resolve("data"), plane.clock());
    this.evidence =
        new TraceEvidence(
            traces.reader(), histories, ModelFacts.NONE, plane.findings()::thresholds);
    this.live = new LiveFeed(traces.reader(), plane.findings());
    intake.listen(live);
    this.server =
        new DashboardServer(
            new DashboardOptions(
                "127.0.0.1",
                0,
                settings.listeners().publicUrl(),
                () -> URI.create("http://127.0.0.1:8080"),
                settings.trustedProxies(),
                tls,
                new byte[32],
                "test"),
            services());
    server.start();
  }

  private DashboardServices services() {
    return new DashboardServices(
        new DashboardServices.People(
            plane.accounts(),
            plane.apiKeys(),
            plane.apiKeyDesk(),
            plane.projects(),
            plane.settings(),
            plane.prices(),
            plane.members(),
            plane.invites()),
        new DashboardServices.Traces(
            traces.reader(),
            evidence,
            histories,
            traces.analytics(),
            traces.groups(),
            traces::erase,
            erasure(),
            plane.findings(),
            live),
        new DashboardServices.Route(
            plane.providerDesk(), (_, _, _) -> java.util.Objects.requireNonNull(probeResult.get())),
        plane.agentCatalog(),
        plane.savedViews(),
        plane.audit(),
        new DashboardServices.Operation(
            intake,
            () -> new Backlog.Figures(new Backlog.Journal(0, 0, null, 0), 0, 0),
            deadLetters,
            new Metrics(),
            () -> true,
            plane.ids(),
            plane.clock()));
  }

  private UserErasure erasure() {
    try {
      PendingErasures pending = PendingErasures.open(data.resolve("erasures"));
      return new UserErasure(traces.reader(), traces::erase, pending);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Judges the traces of these events as if they had closed. */
  void keepFindings(List<Event> events) {
    try (FindingKeeper keeper = keeper()) {
      keeper.landed(events);
      keeper.lookAt(plane.clock().instant().plusSeconds(3_600));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Judges traces of this rig; a second one goes on where the first one ended. */
  FindingKeeper keeper() throws IOException {
    return FindingKeeper.open(
        data, evidence, plane.findings(), histories, Duration.ofSeconds(30), plane.clock());
  }

  VersionHistories histories() {
    return histories;
  }

  private static VersionHistories histories(Path folder, Clock clock) {
    try {
      return VersionHistories.open(folder, clock);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Project project() {
    return plane.firstProject();
  }

  /** Somebody new in a project, signed in. */
  Sessions.Ticket join(Membership owner, Role role) {
    String code = plane.invites().create(owner, role).code().reveal();
    people++;
    return plane
        .invites()
        .signUp(code, "person" + people + "@example.com", PASSWORD, "Person " + people);
  }

  Sessions.Ticket logIn() {
    return logIn(OWNER);
  }

  Sessions.Ticket logIn(String email) {
    return plane.accounts().login(email, PASSWORD, InetAddress.getLoopbackAddress());
  }

  Membership membership(Sessions.Ticket ticket, Project project) {
    return plane.accounts().membership(ticket.signedIn(), project.id()).orElseThrow();
  }

  ApiKeyDesk.Created key(Membership by, Set<Scope> scopes) {
    return plane
        .apiKeyDesk()
        .create(
            by,
            new ApiKeyDesk.Wish(
                "key", Environment.PRODUCTION, scopes, null, null, null, KeyLimits.NONE));
  }

  /** Somebody without any credential. */
  Client client() {
    return new Client(server.port(), Map.of());
  }

  Client client(Sessions.Ticket ticket) {
    return client().with("Cookie", "whyops_session=" + ticket.token().reveal());
  }

  Client client(ApiKeyDesk.Created key) {
    return client().with("Authorization", "Bearer " + key.secret().reveal());
  }

  @Override
  public void close() {
    server.close();
    traces.close();
    try {
      histories.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    plane.close();
  }
}
