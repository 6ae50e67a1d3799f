package dev.whyops.why.label;

import static dev.whyops.why.label.Scenes.looked;
import static dev.whyops.why.label.Scenes.of;
import static dev.whyops.why.label.Scenes.run;
import static dev.whyops.why.label.Scenes.scene;
import static dev.whyops.why.label.Scenes.twice;

import dev.whyops.why.Reply;
import dev.whyops.why.Run;
import java.util.Map;

/** Runs with a fault in what was said. */
final class ContentScenes {
  private ContentScenes() {}

  static void addTo(Map<String, Scenes.Scene> s) {
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
                                ? new Reply()
                                    .text("It began when")
                                    .finish(n % 4 == 0 ? "length" : "max_tokens")
                                : new Reply()
                                    .call("c" + n, "save", "{\"text\":\"It bega")
                                    .finish("length"))),
            (r, n) ->
                of(
                    run(n)
                        .user("Tell me all")
                        .respond(
                            new Reply()
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
                            new Reply()
                                .text(n % 2 == 0 ? "" : null)
                                .finish(n % 3 == 0 ? "end_turn" : "stop"))),
            (r, n) ->
                of(
                    run(n)
                        .user("hi")
                        .respond(
                            switch (n % 3) {
                              case 0 -> new Reply().refusal("I will not.").finish("stop");
                              case 1 -> new Reply().text("").finish("length");
                              default -> new Reply().text("ok").finish("stop");
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
}
