package dev.whyops.why.label;

import dev.whyops.why.Run;
import dev.whyops.why.label.Planted.Kind;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A run whose last call has arguments of known origin.
 *
 * @param planted by argument name
 * @param place where each was planted: {@code user}, or a path of the tool's result
 */
record PlantedRun(Run run, Map<String, Planted> planted, Map<String, String> place) {
  static PlantedRun draw(SplittableRandom random, int number) {
    Values values = new Values(random);
    Map<String, Planted> planted = new LinkedHashMap<>();
    for (int i = 0; i < 6; i++) {
      Planted value = values.draw(Kind.values()[random.nextInt(Kind.values().length)]);
      planted.putIfAbsent(value.key(), value);
    }
    return with(random, number, planted);
  }

  /** A run with one value. */
  static PlantedRun alone(SplittableRandom random, int number, Planted value) {
    return with(random, number, Map.of(value.key(), value));
  }

  private static PlantedRun with(
      SplittableRandom random, int number, Map<String, Planted> planted) {
    Values values = new Values(random);
    Run run =
        Run.of("t" + number, random.nextBoolean() ? Run.Dialect.OPENAI : Run.Dialect.ANTHROPIC);
    run.system("You serve the customers of a shop. Be precise.")
        .tool("look", "Looks something up", null);
    Map<String, String> place = new LinkedHashMap<>();
    StringBuilder said = new StringBuilder("Hello, a request.");
    StringBuilder result = new StringBuilder("{");
    for (Planted value : planted.values()) {
      said.append(' ').append(Values.fillers().get(random.nextInt(5)));
      if (value.source() == null) {
        continue;
      }
      if (random.nextBoolean()) {
        place.put(value.key(), "user");
        said.append(" Note ").append(value.source()).append(random.nextBoolean() ? "." : " here.");
      } else {
        String field = values.word(5) + place.size();
        boolean list = random.nextBoolean();
        place.put(value.key(), "$." + field + (list ? "[0].v" : ""));
        result.append(result.length() == 1 ? "" : ",").append(Values.quoted(field)).append(':');
        String text = random.nextBoolean() ? value.source() : "see " + value.source() + " now";
        result.append(list ? "[{\"v\":" : "").append(Values.quoted(text)).append(list ? "}]" : "");
      }
    }
    run.user(said.toString());
    String look = run.calls("look", "{\"all\":true}");
    run.result(look, result.append('}').toString());
    StringBuilder arguments = new StringBuilder("{");
    planted.forEach(
        (key, value) ->
            arguments
                .append(arguments.length() == 1 ? "" : ",")
                .append(Values.quoted(key))
                .append(':')
                .append(value.json()));
    run.calls("act", arguments.append('}').toString());
    return new PlantedRun(run, planted, place);
  }
}
