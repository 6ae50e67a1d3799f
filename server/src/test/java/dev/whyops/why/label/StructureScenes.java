package dev.whyops.why.label;

import static dev.whyops.why.label.Scenes.of;
import static dev.whyops.why.label.Scenes.open;
import static dev.whyops.why.label.Scenes.run;
import static dev.whyops.why.label.Scenes.scene;

import dev.whyops.event.EventType;
import dev.whyops.finding.Evidence;
import dev.whyops.why.Reply;
import dev.whyops.why.Run;
import dev.whyops.why.view.TraceViews;
import java.util.List;
import java.util.Map;

/** Runs whose events do not hold together, or just do. */
final class StructureScenes {
  private StructureScenes() {}

  static void addTo(Map<String, Scenes.Scene> s) {
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
              run.respond(new Reply().call("m1", "a", "{}").call("m2", "b", "{}"));
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
            (r, n) -> of(run(n).user("hi").respond(new Reply().text("hello " + n).anonymous())),
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
}
