package dev.whyops.why.provenance;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Numbers that follow from the nearest numbers with related names: sum, difference, product, total
 * of a list, number of its items, other units. Chance makes such matches, so names must be related
 * and confidence stays at 0.6 or below.
 */
final class Arithmetic {
  static final int NUMBERS_MAX = 64;
  private static final double CONFIDENCE = 0.6;

  private static final Set<String> AMOUNTS =
      Set.of(
          "amount",
          "price",
          "cost",
          "total",
          "sum",
          "fee",
          "tax",
          "net",
          "gross",
          "subtotal",
          "balance",
          "discount",
          "refund",
          "rate",
          "value",
          "charge",
          "deposit",
          "shipping",
          "paid",
          "due",
          "unit",
          "quantity",
          "qty",
          "count",
          "nights",
          "items",
          "number",
          "usd",
          "eur");
  private static final Set<String> COUNTS =
      Set.of("count", "total", "number", "num", "size", "n", "quantity", "qty", "items", "length");
  private static final List<Unit> UNITS =
      List.of(
          new Unit("60", "seconds and minutes"),
          new Unit("3600", "seconds and hours"),
          new Unit("86400", "seconds and days"),
          new Unit("1000", "thousandths"),
          new Unit("100", "hundredths"),
          new Unit("24", "hours and days"),
          new Unit("7", "days and weeks"),
          new Unit("1024", "binary thousands"));

  private record Unit(BigDecimal factor, String name) {
    Unit(String factor, String name) {
      this(new BigDecimal(factor), name);
    }
  }

  /** A number that was held, with the words that name it. */
  record Known(BigDecimal value, Set<String> names, @Nullable String listPath, Match place) {}

  private final List<Known> known;
  private final Map<String, Integer> listSizes;
  private final Map<String, Match> listPlaces;

  private Arithmetic(
      List<Known> known, Map<String, Integer> listSizes, Map<String, Match> listPlaces) {
    this.known = known;
    this.listSizes = listSizes;
    this.listPlaces = listPlaces;
  }

  /** Reads the nearest numbers; {@code segments} come latest first. */
  static Arithmetic over(TextIndex index, Iterable<Integer> segments) {
    List<Known> known = new ArrayList<>(NUMBERS_MAX);
    Map<String, Integer> sizes = new HashMap<>();
    Map<String, Match> places = new HashMap<>();
    int looked = 0;
    for (int number : segments) {
      if (known.size() >= NUMBERS_MAX || looked++ > 4_096) {
        break;
      }
      Segment segment = index.segment(number);
      if (segment.path() != null) {
        String list = lastList(segment.path());
        if (list != null) {
          String key = segment.unit() + list;
          sizes.merge(key, lastIndex(segment.path()) + 1, Math::max);
          places.putIfAbsent(
              key, new Match(number, 0, segment.text().length(), Match.Closeness.PART));
        }
      }
      Set<Integer> starts = new HashSet<>();
      index.forms(
          number,
          (key, start, end, compound) -> {
            if (key.startsWith("n:")
                && !compound
                && known.size() < NUMBERS_MAX
                && starts.add(start)) {
              known.add(
                  new Known(
                      new BigDecimal(key.substring(2)),
                      names(segment, start, end),
                      segment.path() == null
                          ? null
                          : segment.unit() + dev.whyops.why.view.Leaves.shape(segment.path()),
                      new Match(number, start, end, Match.Closeness.PART)));
            }
          });
    }
    return new Arithmetic(known, sizes, places);
  }

  Optional<Derivation.Found> of(Probe probe, @Nullable String key) {
    BigDecimal target = probe.number();
    if (target == null || key == null || target.signum() == 0) {
      return Optional.empty();
    }
    Set<String> names = new HashSet<>(Words.humps(key));
    return pairs(target, names)
        .or(() -> totals(target, names))
        .or(() -> counts(target, names))
        .or(() -> units(target, names));
  }

  private Optional<Derivation.Found> pairs(BigDecimal target, Set<String> names) {
    for (int i = 0; i < known.size(); i++) {
      for (int j = i; j < known.size(); j++) {
        Known a = known.get(i);
        Known b = known.get(j);
        if (!related(names, a, b)) {
          continue;
        }
        String rule = operation(target, a, b, i == j);
        if (rule != null) {
          return found(rule, List.of(a.place(), b.place()));
        }
      }
    }
    return Optional.empty();
  }

  private static @Nullable String operation(BigDecimal target, Known a, Known b, boolean same) {
    BigDecimal x = a.value();
    BigDecimal y = b.value();
    if (!same && trivial(x) && trivial(y)) {
      return null;
    }
    if (!same && x.add(y).compareTo(target) == 0) {
      return "sum of two numbers";
    }
    if (!same && x.subtract(y).abs().compareTo(target.abs()) == 0) {
      return "difference of two numbers";
    }
    boolean product =
        x.compareTo(BigDecimal.ONE) != 0
            && y.compareTo(BigDecimal.ONE) != 0
            && equal(x.multiply(y), target);
    return product && !same ? "product of two numbers" : null;
  }

  private Optional<Derivation.Found> totals(BigDecimal target, Set<String> names) {
    Map<String, BigDecimal> sums = new LinkedHashMap<>();
    Map<String, List<Match>> places = new HashMap<>();
    for (Known number : known) {
      if (number.listPath() != null && number.listPath().contains("[*]") && named(names, number)) {
        sums.merge(number.listPath(), number.value(), BigDecimal::add);
        places.computeIfAbsent(number.listPath(), p -> new ArrayList<>()).addFirst(number.place());
      }
    }
    for (Map.Entry<String, BigDecimal> sum : sums.entrySet()) {
      List<Match> summed = places.getOrDefault(sum.getKey(), List.of());
      if (summed.size() >= 3 && equal(sum.getValue(), target)) {
        return found("total of " + summed.size() + " numbers of a list", summed);
      }
    }
    return Optional.empty();
  }

  private Optional<Derivation.Found> counts(BigDecimal target, Set<String> names) {
    if (names.stream().noneMatch(COUNTS::contains)) {
      return Optional.empty();
    }
    for (Map.Entry<String, Integer> list : listSizes.entrySet()) {
      if (target.compareTo(BigDecimal.valueOf(list.getValue())) == 0) {
        Match place = listPlaces.get(list.getKey());
        return place == null
            ? Optional.empty()
            : found("number of items of a list", List.of(place));
      }
    }
    return Optional.empty();
  }

  private Optional<Derivation.Found> units(BigDecimal target, Set<String> names) {
    for (Known number : known) {
      if (number.value().signum() == 0 || !shares(names, number.names())) {
        continue;
      }
      for (Unit unit : UNITS) {
        if (equal(number.value().multiply(unit.factor()), target)
            || equal(target.multiply(unit.factor()), number.value())) {
          return found("same number in other units (" + unit.name() + ")", List.of(number.place()));
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<Derivation.Found> found(String rule, List<Match> places) {
    return Optional.of(new Derivation.Found(rule, CONFIDENCE, places));
  }

  /** Names of both numbers are related to the wanted one by a word, or all three are amounts. */
  private static boolean related(Set<String> names, Known a, Known b) {
    if (shares(names, a.names()) || shares(names, b.names())) {
      return true;
    }
    return shares(names, AMOUNTS) && shares(a.names(), AMOUNTS) && shares(b.names(), AMOUNTS);
  }

  private static boolean named(Set<String> names, Known number) {
    return shares(names, number.names())
        || shares(names, AMOUNTS) && shares(number.names(), AMOUNTS);
  }

  private static boolean shares(Set<String> a, Set<String> b) {
    for (String name : a) {
      if (b.contains(name) && !CommonWords.is(name) || AMOUNTS.contains(name) && b.contains(name)) {
        return true;
      }
    }
    return false;
  }

  private static boolean trivial(BigDecimal value) {
    return value.abs().compareTo(BigDecimal.TEN) < 0;
  }

  /** Equal as money is: to the cent where the wanted number has cents. */
  private static boolean equal(BigDecimal computed, BigDecimal target) {
    int scale = Math.max(target.scale(), 0);
    return computed.compareTo(target) == 0
        || scale >= 2 && computed.setScale(scale, RoundingMode.HALF_EVEN).compareTo(target) == 0;
  }

  private static Set<String> names(Segment segment, int start, int end) {
    Set<String> names =
        new HashSet<>(segment.key() == null ? Set.of() : Words.humps(segment.key()));
    String text = segment.text();
    String before = text.substring(Math.max(0, start - 24), start);
    String after = text.substring(end, Math.min(text.length(), end + 24));
    List<String> left = Words.of(before);
    List<String> right = Words.of(after);
    names.addAll(left.subList(Math.max(0, left.size() - 2), left.size()));
    names.addAll(right.subList(0, Math.min(2, right.size())));
    if (start > 0 && "$€£¥".indexOf(text.charAt(start - 1)) >= 0) {
      names.add("amount");
    }
    return names;
  }

  private static @Nullable String lastList(String path) {
    int open = path.lastIndexOf('[');
    return open < 0 || lastIndex(path) < 0 ? null : path.substring(0, open);
  }

  private static int lastIndex(String path) {
    int open = path.lastIndexOf('[');
    int close = path.indexOf(']', open);
    String index = open < 0 || close < 0 ? "" : path.substring(open + 1, close);
    return index.isEmpty() || !index.chars().allMatch(Character::isDigit)
        ? -1
        : Integer.parseInt(index);
  }
}
