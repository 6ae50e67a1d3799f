package dev.whyops.dashboard;

import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.HandlerType;
import io.javalin.http.HttpResponseException;
import java.net.URI;
import java.time.Duration;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.jspecify.annotations.Nullable;

/**
 * The dashboard listener: people and scripts that read. It takes no provider traffic, and however
 * busy it is, it shares no thread and no pool with the gateway.
 *
 * <p>Each request runs on a virtual thread, from the {@link Exchange} over the {@link Gate} to the
 * handler of its route and back.
 */
public final class DashboardServer implements AutoCloseable {
  static final int BODY_BYTES_MAX = 1024 * 1024;
  private static final int HEAD_BYTES_MAX = 40 * 1024;
  private static final int ACCEPT_QUEUE = 1024;
  private static final Duration IDLE_MAX = Duration.ofSeconds(60);
  private static final Duration STOP_MAX = Duration.ofSeconds(5);

  /** Seconds of an answer; reads of stored events may take up to two. */
  private static final double[] SECONDS = {0.005, 0.02, 0.1, 0.25, 0.5, 1, 2, 5};

  private static final Duration TLS_LOOK_EVERY = Duration.ofSeconds(30);
  private static final Duration SHARE_PATIENCE = Duration.ofSeconds(2);

  private final Javalin javalin;
  private final DashboardOptions options;
  private final RouteTable routes;
  private final LiveFeed live;
  private @Nullable Thread renewal;

  public DashboardServer(DashboardOptions options, DashboardServices services) {
    this.options = options;
    this.live = services.traces().live();
    ApiContract contract = ApiContract.load();
    this.routes = routes(options, services, contract);
    checkAgainst(contract);
    DashboardServices.Operation operation = services.operation();
    Exchange exchange =
        new Exchange(
            new Gate(contract, services.people().accounts(), services.people().keys()),
            new BrowserRules(options.publicUrl(), options.https()),
            routes,
            new Shares(SHARE_PATIENCE),
            new TrustedProxies(options.trustedProxies()),
            new WebFiles(),
            operation.ids(),
            operation
                .metrics()
                .seconds(
                    "whyops_dashboard_request_seconds",
                    "Time from request to answer on the dashboard listener.",
                    SECONDS,
                    "method",
                    "route",
                    "status"));
    this.javalin = Javalin.create(config -> configure(config, exchange));
  }

  /** Binds the listener; the port is then known, also when 0 was asked for. */
  public void start() {
    javalin.start();
    if (options.tls().factory().isPresent()) {
      renewal = Thread.ofVirtual().name("dashboard-tls").start(this::renewTls);
    }
  }

  /** Certificates are renewed by others: the files are looked at now and then. */
  private void renewTls() {
    try {
      while (true) {
        Thread.sleep(TLS_LOOK_EVERY);
        options.tls().reloadIfChanged();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  public int port() {
    return javalin.port();
  }

  /** The dashboard as users reach it. */
  public URI url() {
    return options
        .publicUrl()
        .orElseGet(
            () -> {
              String scheme = options.https() ? "https" : "http";
              String host =
                  options.host().indexOf(':') < 0 ? options.host() : "[" + options.host() + "]";
              return URI.create(scheme + "://" + host + ":" + port());
            });
  }

  /** All routes, for whoever has to prove something about each of them. */
  public RouteTable routes() {
    return routes;
  }

  /** Ends live answers first: they would go on for ever. */
  @Override
  public void close() {
    Thread running = renewal;
    if (running != null) {
      running.interrupt();
    }
    live.close();
    javalin.stop();
  }

  private RouteTable routes(
      DashboardOptions options, DashboardServices services, ApiContract contract) {
    RouteTable table = new RouteTable();
    DashboardServices.People people = services.people();
    DashboardServices.Traces traces = services.traces();
    DashboardServices.Operation operation = services.operation();
    Cursors cursors = new Cursors(options.cursorSecret());
    FindingCountsOf counts = new FindingCountsOf(traces.findings());
    AuthApi auth = new AuthApi(people.accounts());
    new OperationApi(operation.ready(), operation.metrics()).addTo(table);
    new ConfigApi(people.accounts(), contract, options.gatewayUrl(), this::url, options.version())
        .addTo(table);
    auth.addTo(table);
    new ProjectsApi(people.accounts(), people.projects(), people.settings()).addTo(table);
    new PricesApi(people.prices()).addTo(table);
    new MembersApi(people.members()).addTo(table);
    new InvitesApi(people.invites(), auth, this::url).addTo(table);
    new AuditApi(services.audit(), cursors).addTo(table);
    new ProvidersApi(services.route().desk(), services.route().probe(), operation.clock())
        .addTo(table);
    new ApiKeysApi(people.keyDesk(), cursors).addTo(table);
    new AgentsApi(services.agents(), traces.analytics(), cursors, counts, operation.clock())
        .addTo(table);
    TraceFilters filters = new TraceFilters(cursors);
    new TracesApi(traces.reader(), filters, cursors, counts, people.prices()).addTo(table);
    WholeTrace whole = new WholeTrace(traces.reader());
    GraphApi graphs = new GraphApi(traces.evidence());
    graphs.addTo(table);
    new ExportApi(whole, graphs, people.prices(), counts, services.audit()).addTo(table);
    new UserDataApi(traces, whole, people.prices(), services.audit()).addTo(table);
    new DeletionApi(traces.reader(), traces.eraser(), services.audit()).addTo(table);
    new AgentStatsApi(services.agents(), traces.analytics(), operation.clock()).addTo(table);
    new VersionComparisonApi(services.agents(), traces.histories()).addTo(table);
    new EvidenceApi(traces.evidence(), traces.findings(), operation.clock()).addTo(table);
    new GroupsApi(traces.groups(), traces.reader(), filters, cursors, counts, operation.clock())
        .addTo(table);
    new AnalyticsApi(traces.analytics(), operation.clock()).addTo(table);
    new TimeseriesApi(traces.analytics(), operation.clock()).addTo(table);
    new LiveApi(live, operation.clock()).addTo(table);
    new IngestionApi(operation.intake(), operation.backlog(), operation.deadLetters()).addTo(table);
    new FindingsApi(
            traces.findings(),
            services.agents(),
            services.audit(),
            cursors,
            operation.ids(),
            operation.clock(),
            options.version())
        .addTo(table);
    new ViewsApi(services.views()).addTo(table);
    return table;
  }

  /** A route that the contract does not know, or knows otherwise, stops the start. */
  private void checkAgainst(ApiContract contract) {
    for (Route route : routes.routes()) {
      String name = route.method() + " " + route.path();
      ApiContract.Operation operation =
          contract
              .operation(route.method(), route.path())
              .orElseThrow(() -> new IllegalStateException(name + " is not in the contract"));
      if (!operation.permission().equals(route.access().wireName())
          || operation.readKey() != route.readKey()) {
        throw new IllegalStateException(name + " has another permission in the contract");
      }
    }
  }

  private void configure(JavalinConfig config, Exchange exchange) {
    config.startup.showJavalinBanner = false;
    config.startup.startupWatcherEnabled = false;
    config.concurrency.useVirtualThreads = true;
    config.http.maxRequestSize = BODY_BYTES_MAX;
    config.http.generateEtags = false;
    config.router.ignoreTrailingSlashes = false;
    config.jetty.modifyServer(
        server -> {
          server.setStopTimeout(STOP_MAX.toMillis());
          server.setErrorHandler(new JettyRefusals(exchange));
          server.insertHandler(new GracefulHandler());
        });
    config.jetty.modifyHttpConfiguration(DashboardServer::strict);
    config.jetty.addConnector((server, http) -> connector(server, http));
    config.routes.before(exchange::begin);
    for (Route route : routes.routes()) {
      HandlerType method = HandlerType.findOrCreate(route.method());
      config.routes.addHttpHandler(method, route.path(), ctx -> exchange.run(ctx, route));
      if (route.method().equals("GET")) {
        config.routes.head(route.path(), ctx -> exchange.run(ctx, route));
      }
    }
    config.routes.get("/*", exchange::webFile);
    config.routes.head("/*", exchange::webFile);
    config.routes.options("/*", exchange::options);
    config.routes.exception(HttpResponseException.class, exchange::unserved);
    config.routes.exception(Exception.class, exchange::failed);
  }

  private ServerConnector connector(Server server, HttpConfiguration http) {
    ServerConnector connector =
        options
            .tls()
            .factory()
            .map(ssl -> new ServerConnector(server, ssl, new HttpConnectionFactory(http)))
            .orElseGet(() -> new ServerConnector(server, new HttpConnectionFactory(http)));
    connector.setHost(options.host());
    connector.setPort(options.port());
    connector.setAcceptQueueSize(ACCEPT_QUEUE);
    connector.setIdleTimeout(IDLE_MAX.toMillis());
    return connector;
  }

  /** Odd paths come through to {@link RequestTarget}, which judges them in one place. */
  private static void strict(HttpConfiguration http) {
    http.setUriCompliance(UriCompliance.UNSAFE);
    http.setSendServerVersion(false);
    http.setSendXPoweredBy(false);
    http.setRequestHeaderSize(HEAD_BYTES_MAX);
    http.addCustomizer((request, _) -> new OneMethod(request));
  }

  /**
   * Hides a header by which the router would take another method than the request's: every check of
   * a change looks at the method on the wire.
   */
  private static final class OneMethod extends Request.Wrapper {
    private final HttpFields headers;

    OneMethod(Request request) {
      super(request);
      this.headers = HttpFields.build(request.getHeaders()).remove("X-HTTP-Method-Override");
    }

    @Override
    public HttpFields getHeaders() {
      return headers;
    }
  }
}
