package dev.whyops.why.label;

import static dev.whyops.why.label.Scenes.alternate;
import static dev.whyops.why.label.Scenes.failedTool;
import static dev.whyops.why.label.Scenes.of;
import static dev.whyops.why.label.Scenes.repeat;
import static dev.whyops.why.label.Scenes.run;
import static dev.whyops.why.label.Scenes.scene;

import dev.whyops.why.Run;
import java.util.Map;

/** Runs that go round, or fail and go on. */
final class LoopScenes {
  private LoopScenes() {}

  static void addTo(Map<String, Scenes.Scene> s) {
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
}
