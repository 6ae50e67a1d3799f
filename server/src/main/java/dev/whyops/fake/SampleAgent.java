package dev.whyops.fake;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Fills the demo's dashboard: a support agent of a book shop with three tools, in two versions, for
 * a dozen customers, over both dialects. It sends real calls through the gateway, and runtime
 * events beside them, as an application would. The same seed tells the same stories.
 */
public final class SampleAgent {
  private static final Logger LOG = LoggerFactory.getLogger(SampleAgent.class);

  static final String AGENT = "support-agent";
  private static final int RUNS_AT_START = 27;
  private static final int RUNS_AT_ONCE = 3;
  private static final Duration PAUSE_BETWEEN_RUNS = Duration.ofSeconds(6);
  private static final int CUSTOMERS = 12;

  private static final String RULES =
      "You answer customers of a book shop. Look orders up before you speak about them. Never give"
          + " away where a customer lives. Refund only what an order cost. ";

  /** What the two versions of the agent are told. The second is long enough to be cached. */
  private static final List<String> SYSTEM_PROMPTS =
      List.of(
          RULES + "Be brief.",
          RULES
              + "Be brief and kind. "
              + "House rule: returns within 30 days of delivery, damaged books at any time. "
                  .repeat(60));

  private final SampleClient client;
  private final SplittableRandom random;
  private final String runName;
  private int number;

  private SampleAgent(SampleClient client, long seed, Instant startedAt) {
    this.client = client;
    this.random = new SplittableRandom(seed);
    // Traces of a second start beside kept data are new ones.
    this.runName = Long.toString(startedAt.getEpochSecond(), 36);
  }

  /** What the demo's scripted provider answers to this agent. */
  public static Function<Asked, Script> director() {
    return Plot::direct;
  }

  /**
   * Registers the agent, tells an hour of history, plays a first set of runs, then goes on slowly
   * until the calling thread is interrupted. Failures of single runs are logged and skipped.
   */
  public static void run(URI gateway, String apiKey, long seed) throws InterruptedException {
    try (SampleClient client = new SampleClient(gateway, apiKey)) {
      SampleAgent agent = new SampleAgent(client, seed, Instant.now());
      agent.start();
      while (!Thread.currentThread().isInterrupted()) {
        Thread.sleep(PAUSE_BETWEEN_RUNS);
        agent.play(agent.next());
      }
    }
  }

  /** The first set only; returns when all of it was sent. */
  public static void runOnce(URI gateway, String apiKey, long seed) throws InterruptedException {
    try (SampleClient client = new SampleClient(gateway, apiKey)) {
      new SampleAgent(client, seed, Instant.now()).start();
    }
  }

  private void start() throws InterruptedException {
    attempt("history", () -> new SampleHistory(client, random.split(), runName).tell());
    int firstHalf = RUNS_AT_START / 2;
    attempt("version 1", () -> register(0));
    playTogether(firstHalf);
    attempt("version 2", () -> register(1));
    playTogether(RUNS_AT_START - firstHalf);
  }

  private void playTogether(int runs) throws InterruptedException {
    Semaphore places = new Semaphore(RUNS_AT_ONCE);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < runs; i++) {
        places.acquire();
        SampleRun run = next();
        threads.submit(
            () -> {
              try {
                play(run);
              } finally {
                places.release();
              }
              return null;
            });
      }
      threads.shutdown();
      threads.awaitTermination(2, TimeUnit.MINUTES);
    }
  }

  private SampleRun next() {
    Plot[] plots = Plot.values();
    // Every plot comes in turn at first, then by chance, clean runs more often.
    Plot plot =
        number < plots.length
            ? plots[number]
            : random.nextInt(3) > 0
                ? plots[random.nextInt(2)]
                : plots[random.nextInt(plots.length)];
    int order = 1_000 + random.nextInt(8_000) / 10 * 10 + random.nextInt(9);
    String traceId = "demo-" + runName + "-" + plot.name().toLowerCase(Locale.ROOT) + "-" + number;
    String customer = "customer-" + (100 + random.nextInt(CUSTOMERS));
    String prompt = SYSTEM_PROMPTS.get(number++ < RUNS_AT_START / 2 ? 0 : 1);
    return new SampleRun(client, plot, order, traceId, customer, AGENT, prompt);
  }

  private void play(SampleRun run) throws InterruptedException {
    attempt("run", run::play);
  }

  private void register(int version) throws IOException, InterruptedException {
    ArrayNode tools = Tree.array();
    for (ObjectNode tool : Shop.chatTools()) {
      tools.add(
          Tree.object(
              "name", tool.path("function").path("name").asString(),
              "description", tool.path("function").path("description").asString(),
              "inputSchema", tool.path("function").path("parameters")));
    }
    client.post(
        "/v1/agents/init",
        Tree.object(
            "agentName",
            AGENT,
            "metadata",
            Tree.object(
                "systemPrompt",
                SYSTEM_PROMPTS.get(version),
                "description",
                "Answers customers of a book shop",
                "tools",
                tools)),
        Map.of());
  }

  private interface Step {
    void take() throws IOException, InterruptedException;
  }

  private static void attempt(String what, Step step) throws InterruptedException {
    try {
      step.take();
    } catch (IOException e) {
      LOG.warn("sample agent: {} failed: {}", what, e.getClass().getSimpleName());
    }
  }
}
