package dev.whyops.why.label;

import dev.whyops.why.label.Planted.Kind;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Draws values of all shapes, each time others, so that no two of a run are equal by design. */
final class Values {
  private static final String[] FIRST = {
    "Mirela", "Tobias", "Anneke", "Ruben", "Soraya", "Emil", "Ingrid", "Pavlos", "Yusuf", "Noemi",
    "Lasse", "Dagny"
  };
  private static final String[] LAST = {
    "Kovalenko",
    "Brandt",
    "Oyelaran",
    "Lindqvist",
    "Moreau",
    "Castellano",
    "Haddad",
    "Nakagawa",
    "Petrov",
    "Winkler"
  };
  private static final String[] TOWNS = {
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

  /** The day of every run of the generator. */
  static final LocalDate TODAY = LocalDate.of(2026, 3, 4);

  private final SplittableRandom random;

  Values(SplittableRandom random) {
    this.random = random;
  }

  Planted draw(Kind kind) {
    return switch (kind) {
      case EXACT -> exact();
      case NORMALISED -> normalised();
      case DERIVED -> derived();
      case UNSOURCED -> unsourced();
      case DECOY -> decoy();
    };
  }

  private Planted exact() {
    return switch (random.nextInt(8)) {
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
      default ->
          same(UUID.nameUUIDFromBytes(word(12).getBytes(StandardCharsets.UTF_8)).toString(), "ref");
    };
  }

  private Planted normalised() {
    return switch (random.nextInt(8)) {
      case 0 -> {
        int whole = random.nextInt(1_000, 90_000);
        String text = String.format(Locale.ROOT, "%,d.50", whole);
        yield new Planted(Kind.NORMALISED, "$" + text, whole + ".5", "price", text);
      }
      case 1 -> {
        int whole = random.nextInt(1_000, 90_000);
        String text = String.format(Locale.GERMANY, "%,d", whole) + ",25";
        yield new Planted(Kind.NORMALISED, text, whole + ".25", "price", text);
      }
      case 2 -> {
        LocalDate date = date();
        String text = date.format(DateTimeFormatter.ofPattern("MMMM d, yyyy", Locale.ENGLISH));
        yield new Planted(Kind.NORMALISED, text, quoted(date.toString()), "date", text);
      }
      case 3 -> {
        LocalDate date = date();
        String text = date.format(DateTimeFormatter.ofPattern("d.M.yyyy", Locale.ROOT));
        yield new Planted(Kind.NORMALISED, text, quoted(date.toString()), "date", text);
      }
      case 4 -> {
        String name = name();
        String text = name.toUpperCase(Locale.ROOT);
        yield new Planted(Kind.NORMALISED, text, quoted(name), "customer", text);
      }
      case 5 -> {
        String a = "170" + random.nextInt(100, 999);
        String b = Integer.toString(random.nextInt(1_000, 9_999));
        String text = "+49 " + a.substring(0, 3) + " " + a.substring(3) + " " + b;
        yield new Planted(Kind.NORMALISED, text, quoted("+49" + a + b), "phone", text);
      }
      case 6 -> {
        UUID id = new UUID(random.nextLong(), random.nextLong());
        String text = id.toString();
        yield new Planted(Kind.NORMALISED, text, quoted(text.replace("-", "")), "ref", text);
      }
      default -> {
        String host = word(8);
        String text = "https://" + host.toUpperCase(Locale.ROOT) + ".example:443/" + word(4) + "/";
        String plain =
            "https://"
                + host
                + ".example/"
                + text.substring(text.indexOf("443/") + 4, text.length() - 1);
        yield new Planted(Kind.NORMALISED, text, quoted(plain), "url", text);
      }
    };
  }

  private Planted derived() {
    return switch (random.nextInt(7)) {
      case 0 -> {
        String name = name();
        yield new Planted(
            Kind.DERIVED,
            name,
            quoted(name.toLowerCase(Locale.ROOT).replace(' ', '-')),
            "slug",
            name);
      }
      case 1 -> {
        String name = name();
        yield new Planted(
            Kind.DERIVED,
            name,
            quoted(name.toLowerCase(Locale.ROOT).replace(" ", "")),
            "login",
            name);
      }
      case 2 -> {
        int days = random.nextInt(2, 60);
        yield new Planted(
            Kind.DERIVED,
            "in " + days + " days",
            quoted(TODAY.plusDays(days).toString()),
            "date",
            "in " + days + " days");
      }
      case 3 ->
          new Planted(
              Kind.DERIVED, "tomorrow", quoted(TODAY.plusDays(1).toString()), "date", "tomorrow");
      case 4 -> {
        String town = pick(TOWNS) + ", " + word(6);
        String code = Base64.getEncoder().encodeToString(town.getBytes(StandardCharsets.UTF_8));
        yield new Planted(Kind.DERIVED, town, quoted(code), "token", town);
      }
      case 5 -> {
        int a = random.nextInt(2_000, 9_000);
        int b = random.nextInt(2_000, 9_000);
        yield new Planted(
            Kind.DERIVED,
            "price " + a + " and fee " + b,
            Integer.toString(a + b),
            "total_price",
            Integer.toString(a));
      }
      default -> {
        String text =
            "the "
                + word(6)
                + " of "
                + name()
                + " from "
                + pick(TOWNS)
                + " was "
                + word(7)
                + " twice";
        yield new Planted(
            Kind.DERIVED,
            text,
            quoted(text.replace(" was ", " got ").replace("the ", "")),
            "summary",
            text);
      }
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

  private String pick(String[] of) {
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
