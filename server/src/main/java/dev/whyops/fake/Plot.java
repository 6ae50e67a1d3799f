package dev.whyops.fake;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * What happens in one run of the sample agent. Each plot shows something that the dashboard
 * explains: a clean run, a loop, an invented amount, an outage, a swallowed error, a cut answer.
 */
enum Plot {
  STATUS("gpt-4o-mini", Route.CHAT, "Where is my order %d?") {
    @Override
    List<Script> says(int order) {
      return List.of(
          call("search_orders", "query", "" + order).and(Script.of("first=180")),
          call("get_shipping_status", "order_id", "B-" + order),
          answer(
              "Order B-%d is on its way with parcel %s and should arrive on %s."
                  .formatted(order, Shop.carrierId(order), Shop.arrival(order))));
    }
  },
  REFUND("claude-sonnet-4-5-20250929", Route.MESSAGES, "The book of order %d came damaged.") {
    @Override
    List<Script> says(int order) {
      return List.of(
          call("search_orders", "query", "" + order)
              .thinking("The customer names an order. I look it up before I promise anything."),
          Script.PLAIN
              .thinking("It is paid and the total is known, so a full refund is allowed.")
              .calling(
                  "issue_refund",
                  Tree.text(
                      Tree.object(
                          "order_id",
                          "B-" + order,
                          "amount",
                          Shop.total(order),
                          "reason",
                          "The book arrived damaged."))),
          answer(
              "I am sorry. %.2f euro for order B-%d are on their way back to you."
                  .formatted(Shop.total(order), order)));
    }
  },
  INVENTED_AMOUNT("gpt-4o", Route.CHAT, "Can I get something back for the late order %d?") {
    @Override
    List<Script> says(int order) {
      String amount =
          Tree.text(
              Tree.object(
                  "order_id", "B-" + order, "amount", 847.50, "reason", "Goodwill for the delay."));
      return List.of(
          call("search_orders", "query", "" + order),
          Script.PLAIN.calling("issue_refund", amount),
          answer("Your goodwill payment for order B-%d is booked.".formatted(order)));
    }
  },
  LOOP("gpt-4o-mini", Route.CHAT, "I cannot find my order about maps, number %d.") {
    @Override
    List<Script> says(int order) {
      Script again = call("search_orders", "query", "maps");
      return List.of(
          again, again, again, again, answer("I could not find an order about maps. Which name?"));
    }
  },
  OUTAGE("gpt-4o-mini", Route.CHAT, "Is order %d paid?") {
    @Override
    List<Script> says(int order) {
      return List.of(
          call("search_orders", "query", "" + order),
          Script.of("status=503 retryafter=1"),
          answer("Yes, order B-%d is paid.".formatted(order)));
    }
  },
  REPORT("gpt-5-mini", Route.RESPONSES, "Write the weekly report, starting with order %d.") {
    @Override
    List<Script> says(int order) {
      return List.of(
          call("search_orders", "query", "" + order).thinking("I need the first order's data."),
          Script.of("chunks=140 pause=25 reasoning=96").saying(Shop.report(order)));
    }
  },
  REFUSAL("claude-haiku-4-5-20251001", Route.MESSAGES, "Tell me where the buyer of %d lives.") {
    @Override
    List<Script> says(int order) {
      return List.of(Script.of("refuse pause=20"));
    }
  },
  CUT("gpt-4o", Route.CHAT, "Explain all delivery rules, as for order %d.") {
    @Override
    List<Script> says(int order) {
      String rules = Shop.report(order);
      String cut = rules.substring(0, rules.length() * 2 / 3);
      return List.of(Script.of("finish=length out=256 pause=8 chunks=60").saying(cut));
    }
  },
  LOOKUP(
      "gpt-4o-mini", Route.EMBED_THEN_CHAT, "How long may I keep order %d before returning it?") {
    @Override
    List<Script> says(int order) {
      return List.of(
          answer("You may return order B-%d within 30 days of delivery.".formatted(order)));
    }
  };

  /** How the agent talks to the model. */
  enum Route {
    CHAT,
    MESSAGES,
    RESPONSES,
    EMBED_THEN_CHAT
  }

  private static final Pattern ORDER = Pattern.compile("\\b(\\d{3,5})\\b");

  private final String model;
  private final Route route;
  private final String question;

  Plot(String model, Route route, String question) {
    this.model = model;
    this.route = route;
    this.question = question;
  }

  /** What the model says, turn by turn. */
  abstract List<Script> says(int order);

  String model() {
    return model;
  }

  Route route() {
    return route;
  }

  String question(int order) {
    return question.formatted(order);
  }

  /** The director of the demo's provider: recognises the plot and how far it has come. */
  static Script direct(Asked asked) {
    String opening = opening(asked);
    for (Plot plot : values()) {
      Optional<Integer> order = plot.orderIn(opening);
      if (order.isPresent()) {
        List<Script> says = plot.says(order.get());
        Script script = says.get(Math.min(turn(asked), says.size() - 1));
        return Script.of("first=90 pause=12").and(script);
      }
    }
    return Script.of("first=60 pause=10");
  }

  private Optional<Integer> orderIn(String opening) {
    Matcher number = ORDER.matcher(opening);
    return number.find() && question(Integer.parseInt(number.group(1))).equals(opening)
        ? Optional.of(Integer.parseInt(number.group(1)))
        : Optional.empty();
  }

  private static String opening(Asked asked) {
    for (JsonNode turn : turns(asked)) {
      if (turn.path("role").asString("").equals("user")) {
        return Asked.text(turn.path("content"));
      }
    }
    return asked.lastUserText();
  }

  /** Turns of the assistant so far; an outage that was not answered is told by the agent. */
  private static int turn(Asked asked) {
    int answered = 0;
    for (JsonNode turn : turns(asked)) {
      boolean spoke = turn.path("role").asString("").equals("assistant");
      boolean called = turn.path("type").asString("").equals("function_call");
      answered += spoke || called ? 1 : 0;
    }
    boolean retried = asked.seen().header("x-stainless-retry-count").orElse("0").equals("1");
    return answered + (retried ? 1 : 0);
  }

  private static Iterable<JsonNode> turns(Asked asked) {
    return asked.body().has("messages")
        ? asked.body().path("messages")
        : asked.body().path("input");
  }

  private static Script call(String tool, String name, String value) {
    return Script.PLAIN.calling(tool, Tree.text(Tree.object(name, value)));
  }

  private static Script answer(String text) {
    return Script.PLAIN.saying(text);
  }
}
