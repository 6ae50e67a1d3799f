package dev.whyops.why.label;

import static dev.whyops.why.label.Values.TODAY;
import static dev.whyops.why.label.Values.capital;
import static dev.whyops.why.label.Values.quoted;

import dev.whyops.why.label.Planted.Kind;
import java.nio.charset.StandardCharsets;
import java.time.DayOfWeek;
import java.time.format.TextStyle;
import java.time.temporal.TemporalAdjusters;
import java.util.Base64;
import java.util.Locale;
import java.util.SplittableRandom;

/** Values that were made from what the context holds. */
final class Derivations {
  static final int WAYS = 14;

  private final Values values;
  private final SplittableRandom random;

  Derivations(Values values, SplittableRandom random) {
    this.values = values;
    this.random = random;
  }

  Planted draw() {
    return draw(random.nextInt(WAYS));
  }

  Planted draw(int way) {
    String name = values.name();
    return switch (way) {
      case 0 -> text(name, name.toLowerCase(Locale.ROOT).replace(' ', '-'), "slug");
      case 1 -> text(name, name.toLowerCase(Locale.ROOT).replace(" ", ""), "login");
      case 2 -> {
        int days = random.nextInt(2, 60);
        yield text("in " + days + " days", TODAY.plusDays(days).toString(), "date");
      }
      case 3 -> text("tomorrow", TODAY.plusDays(1).toString(), "date");
      case 4 -> {
        String town = values.pick(Values.TOWNS) + ", " + values.word(6);
        byte[] bytes = town.getBytes(StandardCharsets.UTF_8);
        yield text(town, Base64.getEncoder().encodeToString(bytes), "token");
      }
      case 5 -> {
        int a = random.nextInt(2_000, 9_000);
        int b = random.nextInt(2_000, 9_000);
        yield number("price " + a + " and fee " + b, a + b, "total_price", a);
      }
      case 6 -> {
        String text =
            "the "
                + values.word(6)
                + " of "
                + name
                + " from "
                + values.pick(Values.TOWNS)
                + " was "
                + values.word(7)
                + " twice";
        yield text(text, text.replace(" was ", " got ").replace("the ", ""), "summary");
      }
      case 7 -> {
        DayOfWeek day = DayOfWeek.of(1 + random.nextInt(7));
        yield text(
            "on " + day.getDisplayName(TextStyle.FULL, Locale.ENGLISH),
            TODAY.with(TemporalAdjusters.next(day)).toString(),
            "date");
      }
      case 8 -> {
        String title = values.word(5) + " " + values.word(6) + " " + values.word(7);
        String[] words = title.split(" ");
        yield text(title, words[0] + capital(words[1]) + capital(words[2]), "field");
      }
      case 9 -> {
        String title = capital(values.word(6)) + " " + capital(values.word(7));
        yield text(title, title.toLowerCase(Locale.ROOT).replace(' ', '_'), "field");
      }
      case 10 -> {
        int a = random.nextInt(2_000, 9_000);
        int fee = random.nextInt(150, 900);
        yield number("price " + a + " less a discount of " + fee, a - fee, "final_price", a);
      }
      case 11 -> {
        int a = random.nextInt(121, 989);
        int n = random.nextInt(3, 30);
        yield number("a price of " + a + " for each, quantity " + n, a * n, "total_price", a);
      }
      case 12 -> {
        int weeks = random.nextInt(2, 8);
        yield text("in " + weeks + " weeks", TODAY.plusWeeks(weeks).toString(), "date");
      }
      default -> {
        String from = values.pick(Values.TOWNS);
        String to = capital(values.word(8));
        yield text("from " + from + " to " + to + " by ship", from + "/" + to, "route");
      }
    };
  }

  private static Planted text(String source, String value, String key) {
    return new Planted(Kind.DERIVED, source, quoted(value), key, source);
  }

  private static Planted number(String source, int value, String key, int part) {
    return new Planted(Kind.DERIVED, source, Integer.toString(value), key, Integer.toString(part));
  }
}
