package dev.whyops.why.label;

import dev.whyops.finding.Evidence;
import dev.whyops.finding.Thresholds;
import dev.whyops.provider.Usage;
import dev.whyops.why.Reply;
import dev.whyops.why.Run;
import dev.whyops.why.context.ModelFacts;
import dev.whyops.why.history.Digests;
import dev.whyops.why.history.TraceDigest;
import dev.whyops.why.history.VersionHistory;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** For every rule, runs with the fault planted and runs that just miss it, each drawn anew. */
final class Scenes {
  /** Makes a run; {@code n} varies what may vary. */
  interface Maker extends BiFunction<SplittableRandom, Integer, Evidence> {}

  record Scene(Maker fires, Maker misses) {}

  static final ModelFacts MODELS =
      new ModelFacts() {
        @Override
        public Long window(String provider, String model) {
          return 100_000L;
        }

        @Override
        public Prices prices(String provider, String model, Instant at) {
          return new Prices(3_000_000_000L, 300_000_000L);
        }
      };

  private Scenes() {}

  static Map<String, Scene> all() {
    Map<String, Scene> scenes = new TreeMap<>();
    StructureScenes.addTo(scenes);
    LoopScenes.addTo(scenes);
    numbers(scenes);
    ContentScenes.addTo(scenes);
    versions(scenes);
    return scenes;
  }

  private static void numbers(Map<String, Scene> s) {
    s.put(
        "LATENCY_OUTLIER",
        scene(
            (r, n) -> of(latencies(r, n, 11, 4_000 + 100 * n)),
            (r, n) -> of(n % 2 == 0 ? latencies(r, n, 9, 9_000) : latencies(r, n, 12, 1_000))));
    s.put(
        "TOKEN_OUTLIER",
        scene(
            (r, n) -> of(tokens(r, n, 11, 5_000 + 10 * n)),
            (r, n) -> of(n % 2 == 0 ? tokens(r, n, 9, 9_000) : tokens(r, n, 12, 1_500))));
    s.put(
        "CONTEXT_NEAR_LIMIT",
        scene(
            (r, n) ->
                with(
                    run(n)
                        .param("max_tokens", 4_000)
                        .user("hi")
                        .respond(new Reply().text("hello").tokens(77_000 + 1_000L * n, 0, 10))),
            (r, n) ->
                with(
                    run(n)
                        .param("max_tokens", 4_000)
                        .user("hi")
                        .respond(new Reply().text("hello").tokens(75_000 - 100L * n, 0, 10)))));
    s.put(
        "CONTEXT_GROWTH",
        scene(
            (r, n) -> of(growth(n, 6 + n % 3, 2_000, 2_000)),
            (r, n) ->
                of(
                    n % 3 == 0
                        ? growth(n, 5, 2_000, 3_000)
                        : n % 3 == 1 ? growth(n, 8, 5_000, 1_000) : growth(n, 7, 500, 600))));
    s.put(
        "CACHE_PREFIX_BROKEN",
        scene((r, n) -> with(cached(n, true)), (r, n) -> with(cached(n, false))));
    s.put(
        "COST_SPIKE",
        scene(
            (r, n) ->
                history(
                    cost(n, 90_000_000L + n),
                    digests(40, i -> cost(1_000 + i, 10_000_000L + i)),
                    List.of()),
            (r, n) ->
                n % 2 == 0
                    ? history(
                        cost(n, 25_000_000L),
                        digests(40, i -> cost(1_000 + i, 10_000_000L + i)),
                        List.of())
                    : history(
                        cost(n, 90_000_000L),
                        digests(20, i -> cost(1_000 + i, 10_000_000L + i)),
                        List.of())));
  }

  private static void versions(Map<String, Scene> s) {
    s.put(
        "TOOL_NEVER_USED",
        scene(
            (r, n) -> history(offering(n), digests(55, i -> offering(2_000 + i)), List.of()),
            (r, n) ->
                n % 2 == 0
                    ? history(offering(n), digests(40, i -> offering(2_000 + i)), List.of())
                    : history(
                        offering(n),
                        digests(55, i -> i == 7 ? using(2_000 + i) : offering(2_000 + i)),
                        List.of())));
    s.put(
        "LATENCY_REGRESSION",
        scene(
            (r, n) ->
                history(
                    slow(r, n, 900),
                    digests(60, i -> slow(r, 3_000 + i, 900 + n)),
                    digests(60, i -> slow(r, 4_000 + i, 500))),
            (r, n) ->
                n % 2 == 0
                    ? history(
                        slow(r, n, 900),
                        digests(60, i -> slow(r, 3_000 + i, 550)),
                        digests(60, i -> slow(r, 4_000 + i, 500)))
                    : history(
                        slow(r, n, 900),
                        digests(60, i -> slow(r, 3_000 + i, 900)),
                        digests(30, i -> slow(r, 4_000 + i, 500)))));
  }

  interface Text {
    String of(int i);
  }

  interface Made {
    Run of(int i);
  }

  static Scene scene(Maker fires, Maker misses) {
    return new Scene(fires, misses);
  }

  static Run run(int n) {
    return Run.of("t" + n, n % 2 == 0 ? Run.Dialect.OPENAI : Run.Dialect.ANTHROPIC);
  }

  static Evidence of(Run run) {
    return Evidence.of(run.view());
  }

  static Evidence with(Run run) {
    return new Evidence(
        run.view(),
        () -> VersionHistory.NONE,
        () -> VersionHistory.NONE,
        MODELS,
        Thresholds.DEFAULT);
  }

  static Evidence history(Run run, List<TraceDigest> now, List<TraceDigest> before) {
    VersionHistory history = VersionHistory.of("ver_1", now);
    VersionHistory versionBefore = VersionHistory.of("ver_1", before);
    return new Evidence(run.view(), () -> history, () -> versionBefore, MODELS, Thresholds.DEFAULT);
  }

  static List<TraceDigest> digests(int count, Made made) {
    List<TraceDigest> digests = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      digests.add(Digests.of(made.of(i).view(), Map.of()));
    }
    return digests;
  }

  static Run open(Run run) {
    run.calls("search", "{}");
    return run;
  }

  static Run repeat(Run run, String tool, int times, Text arguments, Text results) {
    for (int i = 0; i < times; i++) {
      String id = run.calls(tool, arguments.of(i));
      run.result(id, results.of(i));
    }
    return run.answers("There was nothing to be found.");
  }

  static Run alternate(Run run, int period, int rounds, Text results) {
    for (int i = 0; i < period * rounds; i++) {
      String id = run.calls("tool" + (char) ('a' + i % period), "{\"x\":1}");
      run.result(id, results.of(i));
    }
    return run.answers("There was nothing to be found.");
  }

  static Run failedTool(int n) {
    Run run = run(n).user("Book me a seat");
    String id = run.calls("book", "{\"seat\":" + (1 + n % 9) + "}");
    return run.result(id, "Error 503: service not reachable", true);
  }

  static Run latencies(SplittableRandom r, int n, int calls, long last) {
    Run run = run(n).user("go");
    for (int i = 0; i < calls; i++) {
      run.respond(new Reply().text("step " + i).latency(800 + r.nextInt(100)));
    }
    return run.respond(new Reply().text("last").latency(last));
  }

  static Run tokens(SplittableRandom r, int n, int calls, long last) {
    Run run = run(n).user("go");
    for (int i = 0; i < calls; i++) {
      run.respond(new Reply().text("step " + i).tokens(1_200 + r.nextInt(100), 0, 10));
    }
    return run.respond(new Reply().text("last").tokens(last, 0, 10));
  }

  static Run growth(int n, int calls, long first, long by) {
    Run run = run(n).user("go");
    for (int i = 0; i < calls; i++) {
      run.respond(new Reply().text("step " + i).tokens(first + i * by, 0, 10));
    }
    return run;
  }

  static Run cached(int n, boolean broken) {
    String rules = "Follow the rules of the house. ".repeat(400);
    Run run = Run.openai().system("Now 10:0" + n % 10 + ". " + rules).user("Where is it?");
    run.respond(new Reply().text("Here.").tokens(4_000, 0, 5));
    if (broken) {
      run.edit(0, "Now 10:1" + n % 10 + ". " + rules);
    }
    long read = broken ? 0 : n % 2 == 0 ? 3_968 : 0;
    if (!broken && n % 2 == 1) {
      run.wait(java.time.Duration.ofMinutes(30));
    }
    return run.user("And now?")
        .respond(
            new Reply()
                .text("There.")
                .usage(new Usage(4_050 - read, read, null, null, 5L, null, "OA_CHAT", false)));
  }

  static Run cost(int n, long nano) {
    return run(n).user("go").respond(new Reply().text("done").cost(nano));
  }

  static Run looked(SplittableRandom r, int n, @Nullable String answer) {
    Values values = new Values(r);
    Run run = run(n).user("What do you know of my parcel?");
    String id = run.calls("parcel", "{\"mine\":true}");
    String number = values.id();
    String place = Values.capital(values.word(9));
    run.result(
        id,
        "{\"number\":\""
            + number
            + "\",\"place\":\""
            + place
            + "\",\"keeper\":\""
            + values.name()
            + "\",\"history\":[\""
            + (values.word(9) + " ").repeat(12)
            + "\",\""
            + (values.word(8) + " ").repeat(12)
            + "\"]}");
    return run.answers(
        answer != null
            ? answer
            : n % 2 == 0 ? "Your parcel " + number + " waits." : "It lies in " + place + ".");
  }

  static Run twice(int n, String first, String second) {
    Run run = run(n).user("Read both files");
    String a = run.calls("read", "{\"file\":1}");
    String b = run.result(a, first).calls("read", "{\"file\":2}");
    return run.result(b, second).answers("Both files hold a line of text.");
  }

  static Run offering(int n) {
    return run(n).tool("label", "Prints a label for a parcel", null).user("hi").answers("hello");
  }

  static Run using(int n) {
    Run run = run(n).tool("label", "Prints a label for a parcel", null).user("hi");
    String id = run.calls("label", "{}");
    return run.result(id, "printed").answers("The label is printed.");
  }

  static Run slow(SplittableRandom r, int n, long ms) {
    return run(n).user("go").respond(new Reply().text("done").latency(ms + r.nextInt(60)));
  }
}
