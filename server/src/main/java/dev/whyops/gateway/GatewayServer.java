package dev.whyops.gateway;

import dev.whyops.auth.ApiKeys;
import dev.whyops.continuity.ContinuityIndex;
import dev.whyops.continuity.SignatureBook;
import dev.whyops.continuity.SignatureKeys;
import dev.whyops.continuity.TraceResolver;
import dev.whyops.endpoint.RouteTable;
import dev.whyops.id.Ids;
import dev.whyops.intake.Intake;
import dev.whyops.limit.FairShare;
import dev.whyops.limit.HeapGate;
import dev.whyops.limit.JunkKeys;
import dev.whyops.limit.Limiter;
import dev.whyops.limit.SpendHistory;
import dev.whyops.project.ProjectId;
import dev.whyops.project.SettingsLookup;
import dev.whyops.proxy.EgressPolicy;
import dev.whyops.proxy.GatewayCounters;
import dev.whyops.proxy.Lane;
import dev.whyops.proxy.OutboundGate;
import dev.whyops.proxy.Probe;
import dev.whyops.proxy.ProxyHandler;
import dev.whyops.record.Pricer;
import dev.whyops.record.Recorder;
import dev.whyops.route.ProviderProbe;
import dev.whyops.route.Providers;
import dev.whyops.route.Router;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * The listener that applications talk to: relays calls to providers and serves our own endpoints.
 * One event loop per core; whatever may block runs on virtual threads.
 */
public final class GatewayServer implements AutoCloseable {
  private static final long TICK_MS = 100;
  private static final long WORK_SECONDS_MAX = 5;

  /** Of the heap: bodies of requests to our own endpoints, and what they become when read. */
  private static final int BODIES_HEAP_SHARE = 8;

  private static final int READING_HEAP_SHARE = 3;

  /** What the gateway needs of the other features. */
  public record Dependencies(
      ApiKeys keys,
      Providers providers,
      SettingsLookup settings,
      Recorder recorder,
      Intake intake,
      ContinuityIndex continuity,
      SignatureKeys signatureKeys,
      SpendHistory spend,
      Pricer pricer,
      RouteTable routes,
      EgressPolicy egress,
      OutboundGate.Resolver resolver,
      Clock clock,
      BooleanSupplier ready) {}

  private final GatewayConfig config;
  private final MultiThreadIoEventLoopGroup loops;
  private final Transport transport;
  private final ExecutorService blocking = Executors.newVirtualThreadPerTaskExecutor();
  private final GatewayCounters counters = new GatewayCounters();
  private final OutboundGate gate;
  private final Probe probe;
  private final Shared shared;
  private final Map<EventExecutor, LoopState> states = new ConcurrentHashMap<>();
  private final AtomicInteger connectionCount = new AtomicInteger();
  private volatile boolean closing;
  private @Nullable Channel listener;
  private @Nullable ListenerTls tls;

  public GatewayServer(GatewayConfig config, Dependencies needs) {
    this(config, needs, defaultTls());
  }

  /**
   * @param upstreamTls client context for connections to providers; verifies host names
   */
  public GatewayServer(GatewayConfig config, Dependencies needs, SslContext upstreamTls) {
    this.config = config;
    this.transport = Transport.ofThisPlatform();
    this.loops =
        new MultiThreadIoEventLoopGroup(
            Runtime.getRuntime().availableProcessors(), transport.ioHandlers());
    this.gate =
        new OutboundGate(
            needs.egress(), needs.resolver(), transport.clients(), upstreamTls, blocking);
    this.probe = new Probe(gate, needs.providers(), () -> (EventLoop) loops.next());
    Ids ids = new Ids(needs.clock(), () -> ThreadLocalRandom.current().nextLong());
    ProxyHandler proxy =
        new ProxyHandler(
            new ProxyHandler.Parts(
                needs.providers(),
                needs.settings(),
                new Router(config.dashboardUrl() + "/providers"),
                needs.recorder(),
                gate,
                new TraceResolver(needs.continuity()),
                new SignatureBook(needs.signatureKeys(), needs.continuity(), needs.clock()),
                new Limiter(
                    needs.clock(), needs.spend(), new FairShare(config.limits().connectionsMax())),
                new FairShare(Runtime.getRuntime().maxMemory() / 4),
                needs.pricer(),
                ids,
                blocking,
                counters));
    this.shared =
        new Shared(
            config,
            new GatewayRoutes(needs.routes()),
            needs.keys(),
            proxy,
            needs.intake(),
            new JunkKeys(),
            new FairShare(Runtime.getRuntime().maxMemory() / BODIES_HEAP_SHARE),
            new HeapGate(Runtime.getRuntime().maxMemory() / READING_HEAP_SHARE),
            ids,
            needs.clock(),
            blocking,
            () -> !closing && needs.ready().getAsBoolean() && keepsUp());
  }

  /** Whether every event loop gets to its work in time. */
  public boolean keepsUp() {
    long now = System.nanoTime();
    return states.values().stream().allMatch(state -> state.keepsUp(now));
  }

  private static SslContext defaultTls() {
    try {
      return SslContextBuilder.forClient()
          .sslProvider(SslProvider.JDK)
          .protocols("TLSv1.3", "TLSv1.2")
          .endpointIdentificationAlgorithm("HTTPS")
          .build();
    } catch (SSLException e) {
      throw new IllegalStateException("this JVM has no TLS", e);
    }
  }

  /** Binds and serves; answers the port. */
  public int start() {
    tls = readCertificate();
    for (EventExecutor loop : loops) {
      LoopState state = new LoopState(new Lane((EventLoop) loop));
      states.put(loop, state);
      loop.scheduleAtFixedRate(state::tick, TICK_MS, TICK_MS, TimeUnit.MILLISECONDS);
    }
    ServerBootstrap bootstrap = new ServerBootstrap();
    transport.probeSilentClients(bootstrap);
    Channel bound =
        bootstrap
            .group(loops)
            .channelFactory(transport.servers())
            .option(ChannelOption.SO_BACKLOG, 4_096)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.RECVBUF_ALLOCATOR, OutboundGate.SMALL_READS)
            .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, OutboundGate.WATER_MARK)
            .childHandler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel channel) {
                    accept(channel);
                  }
                })
            .bind(new InetSocketAddress(config.host(), config.port()))
            .syncUninterruptibly()
            .channel();
    listener = bound;
    return ((InetSocketAddress) bound.localAddress()).getPort();
  }

  private @Nullable ListenerTls readCertificate() {
    if (config.tls().isEmpty()) {
      return null;
    }
    GatewayConfig.TlsFiles files = config.tls().get();
    try {
      return new ListenerTls(files.certFile(), files.keyFile());
    } catch (IOException e) {
      throw new UncheckedIOException("the gateway's certificate cannot be used", e);
    }
  }

  private void accept(SocketChannel channel) {
    if (connectionCount.incrementAndGet() > config.limits().connectionsMax()) {
      connectionCount.decrementAndGet();
      channel.close();
      return;
    }
    channel.closeFuture().addListener(closed -> connectionCount.decrementAndGet());
    LoopState state = states.get(channel.eventLoop());
    if (state == null) {
      channel.close();
      return;
    }
    ListenerTls certificate = tls;
    if (certificate != null) {
      blocking.execute(() -> certificate.reload(System.nanoTime()));
      channel.pipeline().addLast(certificate.context().newHandler(channel.alloc()));
    }
    Patience patience = new Patience(config.limits());
    channel.pipeline().addLast(new StrictRequestDecoder(config.limits(), patience));
    channel.pipeline().addLast(new ClientConnection(shared, state, patience));
  }

  public GatewayCounters counters() {
    return counters;
  }

  /** Judges and tests the addresses of providers, for the dashboard. */
  public OutboundGate gate() {
    return gate;
  }

  /** Tests providers for the dashboard. */
  public ProviderProbe probe() {
    return probe;
  }

  /** Connections of clients that are open now. */
  public int openConnections() {
    return connectionCount.get();
  }

  /** Breaks off all running calls of a project that is being deleted, visibly. */
  public void endCalls(ProjectId project) {
    states.forEach((loop, state) -> loop.execute(() -> state.endFor(project)));
  }

  /** Looks at all limits of patience as if it were that much later; for tests of long limits. */
  void tickIn(Duration later) {
    long then = System.nanoTime() + later.toNanos();
    states.forEach((loop, state) -> loop.submit(() -> state.tick(then)).syncUninterruptibly());
  }

  @Override
  public void close() {
    close(Duration.ZERO);
  }

  /**
   * Stops taking connections, lets running calls end within the grace and breaks off the rest
   * visibly.
   */
  public synchronized void close(Duration grace) {
    if (closing) {
      return;
    }
    closing = true;
    if (listener != null) {
      listener.close().syncUninterruptibly();
    }
    states.forEach((loop, state) -> loop.execute(state::drain));
    awaitEmpty(System.nanoTime() + grace.toNanos());
    states.forEach((loop, state) -> loop.execute(state::abort));
    loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).syncUninterruptibly();
    shared.proxy().close();
    blocking.shutdown();
    awaitWork();
  }

  /** Records of calls may be on their way to the journal, which closes next. */
  private void awaitWork() {
    try {
      blocking.awaitTermination(WORK_SECONDS_MAX, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void awaitEmpty(long deadline) {
    while (connectionCount.get() > 0 && System.nanoTime() < deadline) {
      try {
        Thread.sleep(20);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  /** Asks the platform's resolver. */
  public static InetAddress[] resolve(String host) throws java.net.UnknownHostException {
    return InetAddress.getAllByName(host);
  }
}
