package dev.whyops.why.label;

import dev.whyops.event.EventType;
import dev.whyops.finding.Evidence;
import dev.whyops.finding.Thresholds;
import dev.whyops.provider.Usage;
import dev.whyops.why.Run;
import dev.whyops.why.context.ModelFacts;
import dev.whyops.why.history.Digests;
import dev.whyops.why.history.TraceDigest;
import dev.whyops.why.history.VersionHistory;
import dev.whyops.why.view.TraceViews;
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
    structure(scenes);
    loops(scenes);
    numbers(scenes);
    content(scenes);
    versions(scenes);
    return scenes;
  }

  private static void structure(Map<String, Scene> s) {
    s.put(
        "TRACE_HAS_NO_EVENTS",
        scene(
            (r, n) -> Evidence.of(TraceViews.of("t" + n, true, List.of())),
            (r, n) ->
                n % 2 == 0
                    ? Evidence.of(TraceViews.of("t" + n, false, List.of()))
                    : of(run(n).user("hi").answers("hello"))));
    s.put(
        "STEP_ORDER_DECREASED",
        scene(
            (r, n) ->
                of(
                    run(n)
                        .placed(EventType.USER_MESSAGE, "a", null, 5 + n, null)
                        .placed(EventType.AGENT_MESSAGE, "b", null, 2 + n, null)),
            (r, n) ->
                of(
                    run(n)
                        .placed(EventType.USER_MESSAGE, "a", null, 5, null)
                        .placed(EventType.AGENT_MESSAGE, "b", null, 6 + n, null))));
    s.put(
        "DUPLICATE_STEP_ID",
        scene(
            (r, n) ->
                of(
                    run(n)
                        .placed(EventType.USER_MESSAGE, "a", null, 5 + n, null)
                        .placed(EventType.AGENT_MESSAGE, "b", null, 5 + n, null)),
            (r, n) ->
                of(
                    run(n)
                        .placed(EventType.USER_MESSAGE, "a", null, 5, null)
                        .placed(EventType.AGENT_MESSAGE, "a", null, 5, null))));
    s.put(
        "MISSING_PARENT_STEP",
        scene(
            (r, n) ->
                of(
                    n % 2 == 0
                        ? run(n).placed(EventType.USER_MESSAGE, "a", null, 1, 77)
                        : run(n).placed(EventType.USER_MESSAGE, "a", "gone" + n, 1, null)),
            (r, n) ->
                n % 2 == 0
                    ? Evidence.of(
                        TraceViews.of(
                            "t",
                            false,
                            run(n).placed(EventType.USER_MESSAGE, "a", "gone", 1, null).events()))
                    : of(
                        run(n)
                            .placed(EventType.USER_MESSAGE, "a", null, 1, null)
                            .placed(EventType.AGENT_MESSAGE, "b", "a", 2, 1))));
    s.put(
        "MISSING_TOOL_CALL_RESPONSE",
        scene(
            (r, n) -> {
              Run run = run(n).user("Look both up");
              if (n % 2 == 0) {
                return of(run.sdk(EventType.TOOL_CALL_REQUEST, "x" + n, "{}", "search"));
              }
              run.respond(new Run.Reply().call("m1", "a", "{}").call("m2", "b", "{}"));
              return of(run.result("m1", "one").answers("Only the first came back."));
            },
            (r, n) ->
                n % 2 == 0
                    ? of(
                        run(n)
                            .sdk(EventType.TOOL_CALL_REQUEST, "x", "{}", "search")
                            .sdk(EventType.TOOL_CALL_RESPONSE, "x", "{\"output\":1}", "search"))
                    : Evidence.of(
                        TraceViews.of(
                            "t",
                            false,
                            run(n)
                                .sdk(EventType.TOOL_CALL_REQUEST, "x", "{}", "search")
                                .events()))));
    s.put(
        "ORPHAN_TOOL_CALL_RESPONSE",
        scene(
            (r, n) ->
                of(
                    run(n)
                        .sdk(
                            EventType.TOOL_CALL_RESPONSE,
                            "x" + n,
                            "{\"output\":1}",
                            "search",
                            n % 2 == 0 ? "nobody" + n : null,
                            null)),
            (r, n) -> {
              Run run = run(n).user("Look it up");
              String id = run.calls("search", "{}");
              run.sdk(EventType.TOOL_CALL_RESPONSE, "x", "{\"output\":1}", "search", id, null);
              return of(run.result(id, "1").answers("It is one."));
            }));
    s.put(
        "LLM_RESPONSE_METADATA_INCOMPLETE",
        scene(
            (r, n) -> of(run(n).user("hi").respond(new Run.Reply().text("hello " + n).anonymous())),
            (r, n) -> of(run(n).user("hi").answers("hello " + n))));
    s.put(
        "TOOL_CALL_WITHOUT_FOLLOWUP_EVENTS",
        scene(
            (r, n) -> of(open(run(n).user("Look it up"))),
            (r, n) -> {
              Run run = run(n).user("Look it up");
              if (n % 2 == 0) {
                run.param("tool_choice", "required");
                return of(open(run));
              }
              String id = run.calls("search", "{}");
              return of(run.result(id, "found").answers("Found."));
            }));
    s.put(
        "MISSING_METADATA_TOOL",
        scene(
            (r, n) ->
                of(
                    run(n)
                        .sdk(EventType.TOOL_CALL_REQUEST, "x", "{}", null)
                        .sdk(EventType.TOOL_CALL_RESPONSE, "x", "{\"output\":1}", "t")),
            (r, n) ->
                of(
                    run(n)
                        .sdk(EventType.TOOL_CALL_REQUEST, "x", "{}", "t")
                        .sdk(EventType.TOOL_CALL_RESPONSE, "x", "{\"output\":1}", "t"))));
    s.put(
        "SCHEMA_MISMATCH",
        scene(
            (r, n) -> {
              Run run =
                  run(n)
                      .tool(
                          "pay",
                          "Pays an amount to somebody",
                          "{\"type\":\"object\",\"properties\":{\"amount\":{\"type\":\"number\",\"minimum\":1}},\"required\":[\"amount\"]}")
                      .user("Pay 5");
              String[] bad = {"{\"amount\":\"five\"}", "{}", "{\"amount\":0}", "{\"amount\":"};
              if (n % 5 == 4) {
                run.calls("fly", "{}");
              } else {
                run.calls("pay", bad[n % 5]);
              }
              return of(run);
            },
            (r, n) -> {
              String[] schemas = {
                "{\"type\":\"object\",\"properties\":{\"amount\":{\"type\":\"number\"}},\"required\":[\"amount\"]}",
                "{\"type\":12,\"$ref\":\"https://nowhere.example/x.json\"}",
                "{\"$ref\":\"#/$defs/a\",\"$defs\":{\"a\":{\"type\":\"object\"}}}",
                "{\"type\":\"object\",\"properties\":{\"note\":{\"pattern\":\"^(a+)+$\"}}}"
              };
              Run run =
                  run(n).tool("pay", "Pays an amount to somebody", schemas[n % 4]).user("Pay 5");
              run.calls("pay", "{\"amount\":5,\"note\":\"aaa\"}");
              return of(run);
            }));
  }

  private static void loops(Map<String, Scene> s) {
    s.put(
        "IDENTICAL_TOOL_CALL_LOOP",
        scene(
            (r, n) ->
                of(
                    repeat(
                        run(n).user("Find it"),
                        "search",
                        3 + n % 3,
                        i -> i % 2 == 0 ? "{\"q\":\"x\",\"k\":1}" : "{\"k\":1.0,\"q\":\"x\"}",
                        i -> "nothing")),
            (r, n) ->
                of(
                    switch (n % 4) {
                      case 0 ->
                          repeat(
                              run(n).user("Find it"),
                              "search",
                              2,
                              i -> "{\"q\":\"x\"}",
                              i -> "nothing");
                      case 1 ->
                          repeat(
                              run(n).user("Find it"),
                              "search",
                              4,
                              i -> "{\"q\":\"x\"}",
                              i -> "result " + i);
                      case 2 ->
                          repeat(
                              run(n).user("Wait for it"),
                              "get_job_status",
                              5,
                              i -> "{\"q\":\"x\"}",
                              i -> "running");
                      default ->
                          repeat(
                              run(n).user("Find it"),
                              "search",
                              4,
                              i -> "{\"q\":\"x" + i + "\"}",
                              i -> "nothing");
                    })));
    s.put(
        "ALTERNATING_LOOP",
        scene(
            (r, n) -> of(alternate(run(n).user("Find it"), 2 + n % 3, 3, i -> "same")),
            (r, n) ->
                of(
                    alternate(
                        run(n).user("Find it"),
                        2 + n % 3,
                        n % 2 == 0 ? 2 : 3,
                        i -> n % 2 == 0 ? "same" : "other " + i))));
    s.put(
        "CONSECUTIVE_ERROR_STREAK",
        scene(
            (r, n) -> {
              Run run = run(n).user("Do it");
              for (int i = 0; i < 3 + n % 2; i++) {
                if (n % 3 == 0) {
                  run.fails(500, "server_error", "no " + i);
                } else {
                  String id = run.calls("act", "{\"try\":" + i + "}");
                  run.result(id, "Error: refused", true);
                }
              }
              return of(run.answers("I could not do it: the tool failed."));
            },
            (r, n) -> {
              Run run = run(n).user("Do it");
              for (int i = 0; i < 4; i++) {
                String id = run.calls("act", "{\"try\":" + i + "}");
                boolean fails = i != 2;
                run.result(id, fails ? "Error: refused" : "well", fails);
              }
              return of(run.answers("The last try failed."));
            }));
    s.put(
        "RETRY_WITHOUT_CHANGE",
        scene(
            (r, n) -> {
              Run run = run(n).user("Do it");
              if (n % 2 == 0) {
                return of(
                    run.fails(400, "bad", "no such model").fails(400, "bad", "no such model"));
              }
              for (int i = 0; i < 4; i++) {
                run.fails(429, "rate_limit", "slow down");
              }
              return of(run);
            },
            (r, n) -> {
              Run run = run(n).user("Do it");
              return switch (n % 3) {
                case 0 ->
                    of(
                        run.fails(429, "rate_limit", "slow down")
                            .fails(429, "rate_limit", "slow down")
                            .answers("Done."));
                case 1 ->
                    of(
                        run.fails(400, "bad", "too long")
                            .param("max_tokens", 10 + n)
                            .answers("Done."));
                default ->
                    of(run.fails(400, "bad", "too long").edit(0, "Do less").answers("Done."));
              };
            }));
    s.put(
        "ERROR_SWALLOWED",
        scene(
            (r, n) ->
                of(
                    failedTool(n)
                        .answers(
                            new String[] {
                                  "Your booking is confirmed.",
                                  "All set, enjoy your trip!",
                                  "Die Buchung ist bestätigt."
                                }
                                [n % 3])),
            (r, n) ->
                switch (n % 4) {
                  case 0 ->
                      of(failedTool(n).answers("I was unable to book it, the service is down."));
                  case 1 -> of(failedTool(n).answers("Leider konnte ich nicht buchen."));
                  case 2 -> {
                    Run run = failedTool(n);
                    String again = run.calls("book", "{\"seat\":2}");
                    yield of(run.result(again, "booked").answers("Your booking is confirmed."));
                  }
                  default -> of(failedTool(n).answers("The booking failed. Shall I try again?"));
                }));
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
                        .respond(new Run.Reply().text("hello").tokens(77_000 + 1_000L * n, 0, 10))),
            (r, n) ->
                with(
                    run(n)
                        .param("max_tokens", 4_000)
                        .user("hi")
                        .respond(new Run.Reply().text("hello").tokens(75_000 - 100L * n, 0, 10)))));
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

  private static void content(Map<String, Scene> s) {
    s.put(
        "UNSOURCED_ARGUMENT",
        scene(
            (r, n) -> {
              Run run = run(n).user("Please refund my last order");
              String id = run.calls("refund", "{\"order\":\"" + new Values(r).id() + "\"}");
              return of(run.result(id, "done").answers("It is refunded."));
            },
            (r, n) -> {
              String order = new Values(r).id();
              Run run = run(n).user("Please refund order " + order);
              String id =
                  run.calls(
                      "refund",
                      "{\"order\":\""
                          + order
                          + "\",\"fast\":true,\"reason\":\"as the customer asked\"}");
              return of(run.result(id, "done").answers("It is refunded."));
            }));
    s.put(
        "TOOL_OUTPUT_IGNORED",
        scene(
            (r, n) -> of(looked(r, n, "I would rather talk about something else today.")),
            (r, n) -> of(looked(r, n, null))));
    s.put(
        "ANSWER_TRUNCATED",
        scene(
            (r, n) ->
                of(
                    run(n)
                        .user("Tell me all")
                        .respond(
                            n % 2 == 0
                                ? new Run.Reply()
                                    .text("It began when")
                                    .finish(n % 4 == 0 ? "length" : "max_tokens")
                                : new Run.Reply()
                                    .call("c" + n, "save", "{\"text\":\"It bega")
                                    .finish("length"))),
            (r, n) ->
                of(
                    run(n)
                        .user("Tell me all")
                        .respond(
                            new Run.Reply()
                                .text("It began when it ended.")
                                .finish(n % 2 == 0 ? "stop" : "end_turn")))));
    s.put(
        "DUPLICATE_TOOL_RESULT",
        scene(
            (r, n) -> of(twice(n, "line of text ".repeat(90 + n), "line of text ".repeat(90 + n))),
            (r, n) ->
                of(
                    n % 2 == 0
                        ? twice(n, "short", "short")
                        : twice(n, "line of text ".repeat(90), "line of texts ".repeat(90)))));
    s.put(
        "EMPTY_ANSWER",
        scene(
            (r, n) ->
                of(
                    run(n)
                        .user("hi")
                        .respond(
                            new Run.Reply()
                                .text(n % 2 == 0 ? "" : null)
                                .finish(n % 3 == 0 ? "end_turn" : "stop"))),
            (r, n) ->
                of(
                    run(n)
                        .user("hi")
                        .respond(
                            switch (n % 3) {
                              case 0 -> new Run.Reply().refusal("I will not.").finish("stop");
                              case 1 -> new Run.Reply().text("").finish("length");
                              default -> new Run.Reply().text("ok").finish("stop");
                            }))));
    String[] german = {
      "Ich habe eine Frage zu meiner Bestellung, die ich in der letzten Woche bei Ihnen aufgegeben"
          + " habe.",
      "Wann kommt das Paket, das ich mit der Post an die Adresse meiner Eltern schicken wollte?",
      "Können Sie mir bitte sagen, ob es die Jacke auch in einer anderen Größe oder Farbe gibt?"
    };
    String english =
        "Your order is on its way and will be with you on Friday. You can follow it in the list of"
            + " your orders, and we are here for you.";
    String deutsch =
        "Ihre Bestellung ist auf dem Weg und wird am Freitag bei Ihnen sein. Sie können sie auch in"
            + " der Liste der Bestellungen sehen.";
    s.put(
        "WRONG_LANGUAGE",
        scene(
            (r, n) -> of(run(n).user(german[n % 3]).answers(english)),
            (r, n) ->
                of(
                    switch (n % 4) {
                      case 0 -> run(n).user(german[0]).answers(deutsch);
                      case 1 ->
                          run(n)
                              .user(german[1] + " Bitte auf Englisch antworten.")
                              .answers(english);
                      case 2 -> run(n).user("Hallo!").answers(english);
                      default ->
                          run(n)
                              .system("Always answer in English.")
                              .user(german[2])
                              .answers(english);
                    })));
    s.put(
        "TOOL_DEFINITION_WEAK",
        scene(
            (r, n) ->
                of(
                    n % 2 == 0
                        ? run(n)
                            .tool("act", null, "{\"type\":\"object\"}")
                            .user("hi")
                            .answers("hello")
                        : run(n)
                            .tool(
                                "find",
                                "Finds a customer by name in the register of customers",
                                null)
                            .tool(
                                "seek",
                                "Finds a customer by name in the register of customers",
                                null)
                            .user("hi")
                            .answers("hello")),
            (r, n) ->
                of(
                    run(n)
                        .tool("find", "Finds a customer by name", null)
                        .tool("pay", "Pays an amount to a customer of the shop", null)
                        .user("hi")
                        .answers("hello"))));
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

  private interface Text {
    String of(int i);
  }

  private interface Made {
    Run of(int i);
  }

  private static Scene scene(Maker fires, Maker misses) {
    return new Scene(fires, misses);
  }

  static Run run(int n) {
    return Run.of("t" + n, n % 2 == 0 ? Run.Dialect.OPENAI : Run.Dialect.ANTHROPIC);
  }

  static Evidence of(Run run) {
    return Evidence.of(run.view());
  }

  private static Evidence with(Run run) {
    return new Evidence(
        run.view(), VersionHistory.NONE, VersionHistory.NONE, MODELS, Thresholds.DEFAULT);
  }

  private static Evidence history(Run run, List<TraceDigest> now, List<TraceDigest> before) {
    return new Evidence(
        run.view(),
        VersionHistory.of("ver_1", now),
        VersionHistory.of("ver_1", before),
        MODELS,
        Thresholds.DEFAULT);
  }

  private static List<TraceDigest> digests(int count, Made made) {
    List<TraceDigest> digests = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      digests.add(Digests.of(made.of(i).view(), Map.of()));
    }
    return digests;
  }

  private static Run open(Run run) {
    run.calls("search", "{}");
    return run;
  }

  private static Run repeat(Run run, String tool, int times, Text arguments, Text results) {
    for (int i = 0; i < times; i++) {
      String id = run.calls(tool, arguments.of(i));
      run.result(id, results.of(i));
    }
    return run.answers("There was nothing to be found.");
  }

  private static Run alternate(Run run, int period, int rounds, Text results) {
    for (int i = 0; i < period * rounds; i++) {
      String id = run.calls("tool" + (char) ('a' + i % period), "{\"x\":1}");
      run.result(id, results.of(i));
    }
    return run.answers("There was nothing to be found.");
  }

  private static Run failedTool(int n) {
    Run run = run(n).user("Book me a seat");
    String id = run.calls("book", "{\"seat\":" + (1 + n % 9) + "}");
    return run.result(id, "Error 503: service not reachable", true);
  }

  private static Run latencies(SplittableRandom r, int n, int calls, long last) {
    Run run = run(n).user("go");
    for (int i = 0; i < calls; i++) {
      run.respond(new Run.Reply().text("step " + i).latency(800 + r.nextInt(100)));
    }
    return run.respond(new Run.Reply().text("last").latency(last));
  }

  private static Run tokens(SplittableRandom r, int n, int calls, long last) {
    Run run = run(n).user("go");
    for (int i = 0; i < calls; i++) {
      run.respond(new Run.Reply().text("step " + i).tokens(1_200 + r.nextInt(100), 0, 10));
    }
    return run.respond(new Run.Reply().text("last").tokens(last, 0, 10));
  }

  private static Run growth(int n, int calls, long first, long by) {
    Run run = run(n).user("go");
    for (int i = 0; i < calls; i++) {
      run.respond(new Run.Reply().text("step " + i).tokens(first + i * by, 0, 10));
    }
    return run;
  }

  private static Run cached(int n, boolean broken) {
    String rules = "Follow the rules of the house. ".repeat(400);
    Run run = Run.openai().system("Now 10:0" + n % 10 + ". " + rules).user("Where is it?");
    run.respond(new Run.Reply().text("Here.").tokens(4_000, 0, 5));
    if (broken) {
      run.edit(0, "Now 10:1" + n % 10 + ". " + rules);
    }
    long read = broken ? 0 : n % 2 == 0 ? 3_968 : 0;
    if (!broken && n % 2 == 1) {
      run.wait(java.time.Duration.ofMinutes(30));
    }
    return run.user("And now?")
        .respond(
            new Run.Reply()
                .text("There.")
                .usage(new Usage(4_050 - read, read, null, null, 5L, null, "OA_CHAT", false)));
  }

  private static Run cost(int n, long nano) {
    return run(n).user("go").respond(new Run.Reply().text("done").cost(nano));
  }

  private static Run looked(SplittableRandom r, int n, @Nullable String answer) {
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

  private static Run twice(int n, String first, String second) {
    Run run = run(n).user("Read both files");
    String a = run.calls("read", "{\"file\":1}");
    String b = run.result(a, first).calls("read", "{\"file\":2}");
    return run.result(b, second).answers("Both files hold a line of text.");
  }

  private static Run offering(int n) {
    return run(n).tool("label", "Prints a label for a parcel", null).user("hi").answers("hello");
  }

  private static Run using(int n) {
    Run run = run(n).tool("label", "Prints a label for a parcel", null).user("hi");
    String id = run.calls("label", "{}");
    return run.result(id, "printed").answers("The label is printed.");
  }

  private static Run slow(SplittableRandom r, int n, long ms) {
    return run(n).user("go").respond(new Run.Reply().text("done").latency(ms + r.nextInt(60)));
  }
}
