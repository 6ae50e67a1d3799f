package dev.whyops.event;

import dev.whyops.agent.AgentVersion;
import dev.whyops.agent.Agents;
import dev.whyops.auth.Caller;
import dev.whyops.auth.KeyLimits;
import dev.whyops.auth.Scope;
import dev.whyops.endpoint.Request;
import dev.whyops.event.otlp.OtlpHandler;
import dev.whyops.http.Answer;
import dev.whyops.intake.Intake;
import dev.whyops.journal.FileDisk;
import dev.whyops.journal.JournalSettings;
import dev.whyops.journal.SegmentJournal;
import dev.whyops.json.Json;
import dev.whyops.masking.Masks;
import dev.whyops.pricing.Cost;
import dev.whyops.pricing.PriceBook;
import dev.whyops.project.Environment;
import dev.whyops.project.ProjectId;
import dev.whyops.project.ProjectScope;
import dev.whyops.project.ProjectSettings;
import dev.whyops.provider.ProviderType;
import dev.whyops.provider.anthropic.AnthropicDialect;
import dev.whyops.provider.openai.OpenAiDialect;
import dev.whyops.record.DialectReader;
import dev.whyops.record.DirectoryDeadLetter;
import dev.whyops.record.Drain;
import dev.whyops.record.Exchange;
import dev.whyops.record.ExchangeReader;
import dev.whyops.record.FaultStore;
import dev.whyops.record.JournalRecorder;
import dev.whyops.record.Pricer;
import dev.whyops.record.Steps;
import dev.whyops.store.duckdb.DuckDbEventStore;
import dev.whyops.store.duckdb.DuckDbSettings;
import dev.whyops.store.duckdb.DuckDbTraceReader;
import dev.whyops.trace.TraceDetail;
import dev.whyops.trace.TraceFaults;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** The event path whole: handler, journal, drain, store, reader, in one folder. */
public final class IngestTesting implements AutoCloseable {
  public static final ProjectId PROJECT = new ProjectId("prj_test");

  private static final PriceBook BOOK = PriceBook.builtIn();
  private static final ExchangeReader READER =
      new DialectReader(
          Map.of(
              ProviderType.OPENAI,
              OpenAiDialect.READER,
              ProviderType.ANTHROPIC,
              AnthropicDialect.READER));

  public final SegmentJournal journal;
  public final JournalRecorder recorder;
  public final DuckDbEventStore store;
  public final FaultStore faults;
  public final DuckDbTraceReader reader;
  public final OtlpHandler otlp;
  public final Drain drain;
  public final Intake intake;
  public final DirectoryDeadLetter deadLetter;
  public final IngestHandler counts;
  public final IngestHandler rows;
  public final HourlyRepetitions repetitions;
  private final Clock clock;
  private volatile boolean unreadable;
  private double share = 1;
  private Masks masks = Masks.of(List.of());

  public IngestTesting(Path directory) throws IOException {
    this(directory, Clock.systemUTC());
  }

  public IngestTesting(Path directory, Clock clock) throws IOException {
    this(directory, clock, 64 << 20);
  }

  /**
   * @param queueBytes what may wait for the journal's disk
   */
  public IngestTesting(Path directory, Clock clock, long queueBytes) throws IOException {
    this.clock = clock;
    store = DuckDbEventStore.open(settings(directory), clock);
    journal =
        SegmentJournal.open(
            new FileDisk(directory.resolve("journal")),
            new JournalSettings(
                JournalSettings.Sync.GROUP, 64 << 20, queueBytes, 20L << 30, 0.99, 0),
            clock,
            store.lastSeq());
    faults = new FaultStore(store);
    repetitions = new HourlyRepetitions(directory.resolve("markers"), clock);
    MarkerRecovery.run(journal, repetitions);
    recorder = new JournalRecorder(journal);
    intake = new Intake(clock);
    Steps steps = new Steps(faults);
    deadLetter = new DirectoryDeadLetter(directory.resolve("dead-letter"));
    drain =
        new Drain(
            journal,
            faults,
            new Drain.DrainParts(
                this::read, new FakeAgents(), IngestTesting::price, steps, deadLetter));
    drain.eachRound(recorder::endLost);
    drain.beforeForgetting(repetitions::flushBeforeForgetting);
    reader = new DuckDbTraceReader(store, TraceFaults.NONE, clock);
    IngestHandler.Parts parts =
        new IngestHandler.Parts(
            journal,
            repetitions,
            (scope, environment, agent) -> share,
            (caller, traceId) -> steps.next(caller.project(), traceId),
            intake,
            clock);
    counts = new IngestHandler(IngestHandler.Style.COUNTS, parts);
    rows = new IngestHandler(IngestHandler.Style.ROWS, parts);
    otlp = new OtlpHandler(parts, scope -> masks);
    drain.start();
  }

  private ExchangeReader.Read read(long seq, Exchange exchange) {
    if (unreadable) {
      throw new IllegalStateException("cannot be read");
    }
    return READER.read(seq, exchange);
  }

  /** Calls that end from now on cannot be read. */
  public void unreadable(boolean value) {
    unreadable = value;
  }

  private static Cost price(Pricer.Question q) {
    PriceBook.Call call =
        new PriceBook.Call(
            q.provider() == null ? "" : q.provider(),
            null,
            q.model(),
            q.requestedModel(),
            q.at(),
            q.serviceTier());
    return BOOK.cost(call, q.usage(), q.partial(), null);
  }

  public static DuckDbSettings settings(Path directory) {
    return new DuckDbSettings(directory.resolve("events"), 2_000_000, 4L << 30, 512);
  }

  /** Takes what the pattern finds out of what is stored from now on. */
  public void mask(String pattern) {
    masks = Masks.of(List.of(new ProjectSettings.Mask("test", pattern, "[masked]")));
  }

  public void share(double value) {
    share = value;
  }

  public static Caller caller(ProjectId project) {
    return new Caller(
        project,
        "test",
        Environment.PRODUCTION,
        "key_1",
        Set.of(Scope.INGEST),
        null,
        null,
        KeyLimits.NONE);
  }

  public Answer post(String json) {
    return post(counts, json, Map.of(), Map.of());
  }

  public Answer post(
      IngestHandler handler, String json, Map<String, String> headers, Map<String, String> query) {
    return post(handler, json.getBytes(StandardCharsets.UTF_8), headers, query, PROJECT);
  }

  public Answer post(
      IngestHandler handler,
      byte[] body,
      Map<String, String> headers,
      Map<String, String> query,
      ProjectId project) {
    return handler.handle(
        new Request(
            "req_1",
            "POST",
            "/api/events/ingest",
            lists(query),
            lists(headers),
            body,
            caller(project)));
  }

  private static Map<String, List<String>> lists(Map<String, String> map) {
    Map<String, List<String>> lists = new HashMap<>();
    map.forEach((k, v) -> lists.put(k, List.of(v)));
    return lists;
  }

  public static JsonNode json(Answer answer) {
    return Json.mapper().readTree(answer.json());
  }

  /** Waits until everything acknowledged is stored. */
  public void settle() throws InterruptedException {
    long deadline = System.nanoTime() + 10_000_000_000L;
    while (store.lastSeq() < journal.stats().lastWrittenSeq()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("not drained: " + drain.progress());
      }
      Thread.sleep(5);
    }
  }

  public Optional<TraceDetail> trace(String traceId) throws InterruptedException {
    return trace(PROJECT, traceId);
  }

  public Optional<TraceDetail> trace(ProjectId project, String traceId)
      throws InterruptedException {
    settle();
    return reader.trace(new ProjectScope(project), traceId, null, 1000);
  }

  @Override
  public void close() throws IOException {
    drain.close();
    journal.close();
    repetitions.close();
    store.close();
  }

  /** One version per name. */
  public static final class FakeAgents implements Agents {
    @Override
    public AgentVersion init(
        ProjectScope scope, Environment environment, String agentName, String metadataJson) {
      return observe(scope, environment, agentName, metadataJson, Instant.EPOCH);
    }

    @Override
    public AgentVersion observe(
        ProjectScope scope,
        Environment environment,
        String agentName,
        String observedJson,
        Instant at) {
      return new AgentVersion("agt_" + agentName, "ver_" + agentName, "0".repeat(32), false);
    }
  }
}
