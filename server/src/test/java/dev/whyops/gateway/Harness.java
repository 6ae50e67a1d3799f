package dev.whyops.gateway;

import dev.whyops.auth.ApiKeys;
import dev.whyops.auth.Caller;
import dev.whyops.auth.KeyCheck;
import dev.whyops.auth.KeyLimits;
import dev.whyops.auth.Scope;
import dev.whyops.continuity.ContinuityIndex;
import dev.whyops.endpoint.RouteTable;
import dev.whyops.http.Answer;
import dev.whyops.intake.Intake;
import dev.whyops.limit.SpendHistory;
import dev.whyops.pricing.Cost;
import dev.whyops.project.Environment;
import dev.whyops.project.ProjectId;
import dev.whyops.project.ProjectScope;
import dev.whyops.project.ProjectSettings;
import dev.whyops.project.SettingsLookup;
import dev.whyops.provider.ProviderType;
import dev.whyops.proxy.EgressPolicy;
import dev.whyops.proxy.OutboundGate;
import dev.whyops.record.CallEnd;
import dev.whyops.record.CallStart;
import dev.whyops.record.Recorder;
import dev.whyops.route.ProjectProviders;
import dev.whyops.route.ProviderRef;
import dev.whyops.route.Providers;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A gateway with everything around it replaced by the simplest thing that works. */
final class Harness implements AutoCloseable {
  static final String KEY = "whyops_test_key";
  static final String CREDENTIAL = "sk-provider-secret";
  static final ProjectId PROJECT = new ProjectId("prj_1");

  /** One recorded call. */
  static final class Recorded {
    final CallStart start;
    final ByteArrayOutputStream chunks = new ByteArrayOutputStream();
    volatile @Nullable CallEnd end;

    Recorded(CallStart start) {
      this.start = start;
    }

    CallEnd end() {
      return java.util.Objects.requireNonNull(end, "the call has not ended");
    }

    /** The answer as captured: what was handed over before, and the rest. */
    byte[] answer() {
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      all.writeBytes(chunks.toByteArray());
      all.writeBytes(end().body());
      return all.toByteArray();
    }
  }

  final List<Recorded> recorded = new CopyOnWriteArrayList<>();
  final Map<String, Caller> callers = new ConcurrentHashMap<>();
  final List<ProviderRef> providers = new CopyOnWriteArrayList<>();
  final Map<String, KeyCheck> slowKeys = new ConcurrentHashMap<>();
  final GatewayServer server;
  final int port;
  final EgressPolicy egress;

  final Intake intake = new Intake(Clock.systemUTC());
  volatile ProjectSettings settings = ProjectSettings.DEFAULT;

  /** What the recorder does with the callback of an end; runs it at once by default. */
  volatile java.util.function.Consumer<Runnable> settle = Runnable::run;

  /** Lets every step of the recorder throw. */
  volatile boolean recorderFails;

  Harness() {
    this(HttpLimits.DEFAULT, List.of("127.0.0.1/32"), GatewayServer::resolve);
  }

  Harness(HttpLimits limits, List<String> allowed, OutboundGate.Resolver resolver) {
    this(limits, allowed, resolver, Clock.systemUTC());
  }

  Harness(HttpLimits limits, List<String> allowed, OutboundGate.Resolver resolver, Clock clock) {
    egress = new EgressPolicy(allowed, Set.of());
    callers.put(KEY, caller(Set.of(Scope.values())));
    server =
        new GatewayServer(
            new GatewayConfig("127.0.0.1", 0, "http://127.0.0.1:8081", Optional.empty(), limits),
            new GatewayServer.Dependencies(
                keys(),
                providers(),
                settings(),
                this::open,
                intake,
                new ContinuityIndex(),
                project -> java.util.Arrays.copyOf(utf8("signs " + project.value()), 32),
                SpendHistory.NONE,
                question -> new Cost(1_000_000_000L, Cost.Kind.COMPUTED, null, 1, null),
                new RouteTable(
                    List.of(
                        new RouteTable.Row(
                            "POST",
                            "/api/events/ingest",
                            Scope.INGEST,
                            r -> Answer.json(202, r.body())))),
                egress,
                resolver,
                clock,
                () -> true));
    port = server.start();
  }

  static Caller caller(Set<Scope> scopes) {
    return new Caller(
        PROJECT,
        "default",
        Environment.PRODUCTION,
        "key_1",
        EnumSet.copyOf(scopes),
        null,
        null,
        KeyLimits.NONE);
  }

  /** An OpenAI provider at this port. */
  ProviderRef openAi(int upstreamPort) {
    return add("openai", ProviderType.OPENAI, upstreamPort, Function.identity());
  }

  ProviderRef anthropic(int upstreamPort) {
    return add("anthropic", ProviderType.ANTHROPIC, upstreamPort, Function.identity());
  }

  ProviderRef add(
      String slug, ProviderType type, int port, Function<ProviderRef, ProviderRef> change) {
    ProviderRef provider =
        change.apply(
            new ProviderRef(
                "prv_" + slug,
                slug,
                type,
                URI.create("http://127.0.0.1:" + port),
                true,
                false,
                false,
                ProviderRef.Timeouts.DEFAULT,
                0,
                null));
    providers.add(provider);
    return provider;
  }

  static ProviderRef notDefault(ProviderRef p) {
    return new ProviderRef(
        p.id(), p.slug(), p.type(), p.baseUrl(), false, false, false, p.timeouts(), 0, null);
  }

  static ProviderRef at(ProviderRef p, URI baseUrl) {
    return new ProviderRef(
        p.id(), p.slug(), p.type(), baseUrl, true, false, false, p.timeouts(), 0, null);
  }

  static ProviderRef injecting(ProviderRef p, boolean usage, boolean isDefault) {
    return new ProviderRef(
        p.id(), p.slug(), p.type(), p.baseUrl(), isDefault, false, usage, p.timeouts(), 0, null);
  }

  static Function<ProviderRef, ProviderRef> patience(
      Duration connect, Duration head, Duration silence) {
    return p ->
        new ProviderRef(
            p.id(),
            p.slug(),
            p.type(),
            p.baseUrl(),
            p.isDefault(),
            p.acceptsSlashes(),
            p.injectUsage(),
            new ProviderRef.Timeouts(connect, head, silence),
            p.retries(),
            p.fallbackSlug());
  }

  RawClient client() throws java.io.IOException {
    return new RawClient(port);
  }

  /** The only recorded call, once it has ended. */
  Recorded onlyCall() throws InterruptedException {
    await(() -> !recorded.isEmpty() && recorded.getFirst().end != null);
    return recorded.getFirst();
  }

  static void await(java.util.function.BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(5).toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("did not happen within 5 s");
      }
      Thread.sleep(2);
    }
  }

  /** What is measured. */
  interface Measured {
    Duration once() throws Exception;
  }

  /**
   * A time that the gateway promises, on a machine that may be busy with others: of five tries one
   * has to hold it, which none does when something waits in the code.
   */
  static void within(Duration bound, Measured measured) throws Exception {
    List<Duration> tries = new ArrayList<>();
    while (tries.size() < 5) {
      tries.add(measured.once());
      if (tries.getLast().compareTo(bound) < 0) {
        return;
      }
    }
    throw new AssertionError("none of " + tries + " is within " + bound);
  }

  private ApiKeys keys() {
    return new ApiKeys() {
      @Override
      public Optional<KeyCheck> cached(String key) {
        return slowKeys.containsKey(key) ? Optional.empty() : Optional.of(check(key));
      }

      @Override
      public KeyCheck check(String key) {
        KeyCheck slow = slowKeys.get(key);
        if (slow != null) {
          return slow;
        }
        Caller caller = callers.get(key);
        return caller == null ? new KeyCheck.Rejected("unknown") : new KeyCheck.Accepted(caller);
      }
    };
  }

  private Providers providers() {
    return new Providers() {
      @Override
      public Optional<ProjectProviders> cached(ProjectScope scope) {
        return Optional.of(new ProjectProviders(new ArrayList<>(providers)));
      }

      @Override
      public ProjectProviders load(ProjectScope scope) {
        return new ProjectProviders(new ArrayList<>(providers));
      }

      @Override
      public Optional<String> cachedCredential(ProjectScope scope, ProviderRef provider) {
        return Optional.empty();
      }

      @Override
      public String credential(ProjectScope scope, ProviderRef provider) {
        return CREDENTIAL;
      }
    };
  }

  private SettingsLookup settings() {
    return new SettingsLookup() {
      @Override
      public Optional<ProjectSettings> cached(ProjectScope scope) {
        return Optional.of(settings);
      }

      @Override
      public ProjectSettings load(ProjectScope scope) {
        return settings;
      }
    };
  }

  private void failIfAsked() {
    if (recorderFails) {
      throw new IllegalStateException("the recorder fails");
    }
  }

  private Recorder.OpenCall open(CallStart start) {
    failIfAsked();
    Recorded call = new Recorded(start);
    recorded.add(call);
    return new Recorder.OpenCall() {
      @Override
      public void chunk(byte[] answerBytes) {
        failIfAsked();
        call.chunks.writeBytes(answerBytes);
      }

      @Override
      public void end(CallEnd end, Runnable settled) {
        failIfAsked();
        call.end = end;
        settle.accept(settled);
      }
    };
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    server.close();
  }
}
