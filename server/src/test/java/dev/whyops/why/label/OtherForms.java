package dev.whyops.why.label;

import static dev.whyops.why.label.Values.quoted;

import dev.whyops.why.label.Planted.Kind;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.UUID;

/** The same value written another way: every normal form of the specification. */
final class OtherForms {
  static final int FORMS = 15;

  private final Values values;
  private final SplittableRandom random;

  OtherForms(Values values, SplittableRandom random) {
    this.values = values;
    this.random = random;
  }

  Planted draw() {
    return draw(random.nextInt(FORMS));
  }

  Planted draw(int form) {
    return switch (form) {
      case 0 -> dollars();
      case 1 -> decimalComma();
      case 2 -> date("MMMM d, yyyy", Locale.ENGLISH);
      case 3 -> date("d.M.yyyy", Locale.ROOT);
      case 4 -> {
        String name = values.name();
        yield planted(name.toUpperCase(Locale.ROOT), quoted(name), "customer");
      }
      case 5 -> phone();
      case 6 -> {
        String id = new UUID(random.nextLong(), random.nextLong()).toString();
        yield planted(id, quoted(id.replace("-", "")), "ref");
      }
      case 7 -> url();
      case 8 -> date("d MMM yyyy", Locale.ENGLISH);
      case 9 -> {
        int thousands = random.nextInt(1_201, 9_999);
        yield planted(
            thousands + "e3", new BigDecimal(thousands + "e3").toPlainString(), "population");
      }
      case 10 -> {
        String percent = random.nextInt(101, 989) / 10.0 + "%";
        BigDecimal share =
            new BigDecimal(percent.substring(0, percent.length() - 1)).movePointLeft(2);
        yield planted(percent, share.toString(), "share");
      }
      case 11 -> {
        String name = values.name();
        yield planted(name.replace(" ", "\u00a0\u00a0"), quoted(name), "customer");
      }
      case 12 -> {
        String id = values.id();
        StringBuilder wide = new StringBuilder();
        id.chars().forEach(c -> wide.append((char) (c == '-' ? c : c + 0xFEE0)));
        yield planted(wide.toString(), quoted(id), "order_id");
      }
      case 13 -> {
        String name = Values.capital(values.word(5)) + "’" + values.word(4) + " " + values.name();
        yield planted(name, quoted(name.replace('’', '\'')), "customer");
      }
      default -> {
        String path = values.word(5);
        String host = values.word(7);
        yield planted(
            "https://" + host + ".example/" + path + "%C3%A9" + host,
            quoted("https://" + host + ".example/" + path + "é" + host),
            "url");
      }
    };
  }

  private Planted dollars() {
    int whole = random.nextInt(1_000, 90_000);
    String text = String.format(Locale.ROOT, "%,d.50", whole);
    return new Planted(Kind.NORMALISED, "$" + text, whole + ".5", "price", text);
  }

  private Planted decimalComma() {
    int whole = random.nextInt(1_000, 90_000);
    String text = String.format(Locale.GERMANY, "%,d", whole) + ",25";
    return planted(text, whole + ".25", "price");
  }

  private Planted date(String pattern, Locale locale) {
    LocalDate date = values.date();
    return planted(
        date.format(DateTimeFormatter.ofPattern(pattern, locale)), quoted(date.toString()), "date");
  }

  private Planted phone() {
    String a = "170" + random.nextInt(100, 999);
    String b = Integer.toString(random.nextInt(1_000, 9_999));
    return planted(
        "+49 " + a.substring(0, 3) + " " + a.substring(3) + " " + b,
        quoted("+49" + a + b),
        "phone");
  }

  private Planted url() {
    String host = values.word(8);
    String path = values.word(4);
    return planted(
        "https://" + host.toUpperCase(Locale.ROOT) + ".example:443/" + path + "/",
        quoted("https://" + host + ".example/" + path),
        "url");
  }

  private static Planted planted(String source, String json, String key) {
    return new Planted(Kind.NORMALISED, source, json, key, source);
  }
}
