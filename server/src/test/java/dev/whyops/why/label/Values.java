package dev.whyops.why.label;

import dev.whyops.why.label.Planted.Kind;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Draws values of all shapes, each time others, so that no two of a run are equal by design. */
final class Values {
  private static final String[] FIRST = {
    "Harbor", "Copper", "Walnut", "Maple", "Silver", "Gold", "Marble", "Timber", "Cedar", "Ivory",
    "Birch", "Stone"
  };
  private static final String[] LAST = {
    "Warehouse",
    "Street",
    "Workshop",
    "Boulevard",
    "Market",
    "Greenhouse",
    "Bridge",
    "Junction",
    "Garden",
    "Library"
  };
  static final String[] TOWNS = {
    "Groningen",
    "Salamanca",
    "Trondheim",
    "Ljubljana",
    "Szeged",
    "Coimbra",
    "Aarhus",
    "Bergamo",
    "Poitiers",
    "Erfurt"
  };

  private static final String[] OTHER_SCRIPTS = {
    "北京烤鸭", "Москва", "القاهرة", "서울특별시", "Αθήνα", "東京タワー", "กรุงเทพ", "तमिलनाडु"
  };

  /** The day of every run of the generator. */
  static final LocalDate TODAY = LocalDate.of(2026, 3, 4);

  private final SplittableRandom random;

  Values(SplittableRandom random) {
    this.random = random;
  }

  Planted draw(Kind kind) {
    return switch (kind) {
      case EXACT -> exact();
      case NORMALISED -> new OtherForms(this, random).draw();
      case DERIVED -> new Derivations(this, random).draw();
      case UNSOURCED -> unsourced();
      case DECOY -> decoy();
    };
  }

  private Planted exact() {
    return switch (random.nextInt(10)) {
      case 0 -> same(id(), "order_id");
      case 1 -> same(name(), "customer");
      case 2 -> same(email(), "email");
      case 3 -> same(pick(TOWNS), "city");
      case 4 -> same("https://" + word(7) + ".example/" + word(5), "url");
      case 5 -> same(date().toString(), "date");
      case 6 -> {
        String number = Integer.toString(random.nextInt(1_000, 900_000));
        yield new Planted(Kind.EXACT, number, number, "amount", number);
      }
      case 7 -> same(pick(OTHER_SCRIPTS) + random.nextInt(10, 99), "label");
      case 8 -> same("/" + word(5) + "/" + word(6) + ".txt", "file");
      default ->
          same(UUID.nameUUIDFromBytes(word(12).getBytes(StandardCharsets.UTF_8)).toString(), "ref");
    };
  }

  private Planted unsourced() {
    return switch (random.nextInt(6)) {
      case 0 -> bare(quoted(id()), "order_id");
      case 1 -> bare(quoted(email()), "email");
      case 2 -> bare(quoted(date().plusYears(3).toString()), "date");
      case 3 -> bare(quoted("https://" + word(9) + ".example/" + word(6)), "url");
      case 4 -> bare(quoted(capital(word(7)) + " " + capital(word(8))), "customer");
      default -> bare(Integer.toString(random.nextInt(10_000_000, 90_000_000)), "account");
    };
  }

  private Planted decoy() {
    return switch (random.nextInt(6)) {
      case 0 -> {
        String id = id();
        yield new Planted(Kind.DECOY, id + random.nextInt(10), quoted(id), "order_id", "");
      }
      case 1 -> {
        String id = id();
        char last = id.charAt(id.length() - 1);
        String other = id.substring(0, id.length() - 1) + (char) (last == '9' ? '0' : last + 1);
        yield new Planted(Kind.DECOY, other, quoted(id), "order_id", "");
      }
      case 2 -> {
        int n = random.nextInt(100_000, 900_000);
        yield new Planted(
            Kind.DECOY, n + "" + random.nextInt(10, 99), Integer.toString(n), "account", "");
      }
      case 3 -> {
        LocalDate date = date();
        yield new Planted(
            Kind.DECOY, date.plusDays(1).toString(), quoted(date.toString()), "date", "");
      }
      case 4 -> {
        String user = word(8);
        yield new Planted(
            Kind.DECOY,
            user + "x@mail" + random.nextInt(9) + ".example",
            quoted(user + "@" + word(7) + ".test"),
            "email",
            "");
      }
      default -> {
        String name = capital(word(6));
        yield new Planted(Kind.DECOY, name + "son", quoted(name), "customer", "");
      }
    };
  }

  String id() {
    String letters = "" + (char) ('A' + random.nextInt(26)) + (char) ('A' + random.nextInt(26));
    return letters + "-" + random.nextInt(10_000, 99_999);
  }

  String name() {
    return pick(FIRST) + " " + pick(LAST) + capital(word(3)).toLowerCase(Locale.ROOT);
  }

  String email() {
    return word(7) + "@" + word(6) + ".example";
  }

  LocalDate date() {
    return TODAY.plusDays(random.nextInt(70, 900));
  }

  String word(int length) {
    StringBuilder word = new StringBuilder();
    String consonants = "bcdfghklmnprstvz";
    String vowels = "aeiou";
    for (int i = 0; i < length; i++) {
      String from = i % 2 == 0 ? consonants : vowels;
      word.append(from.charAt(random.nextInt(from.length())));
    }
    return word.toString();
  }

  String pick(String[] of) {
    return of[random.nextInt(of.length)];
  }

  private static Planted same(String text, String key) {
    return new Planted(Kind.EXACT, text, quoted(text), key, text);
  }

  private static Planted bare(String json, String key) {
    return new Planted(Kind.UNSOURCED, null, json, key, "");
  }

  static String capital(String word) {
    return Character.toUpperCase(word.charAt(0)) + word.substring(1);
  }

  static String quoted(@Nullable String text) {
    return "\"" + text + "\"";
  }

  static List<String> fillers() {
    return List.of(
        "Thanks for looking into this.",
        "I have been waiting for a while now.",
        "Please be quick about it.",
        "My colleague told me to write to you.",
        "There is no need to call back.");
  }
}
