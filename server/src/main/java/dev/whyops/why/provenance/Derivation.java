package dev.whyops.why.provenance;

import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Ways in which a value follows from what was held without standing there: the same words joined,
 * split or in another case style, coded, put together from fragments, retold, or a day named by
 * where one stands. Numbers are {@link Arithmetic}'s.
 */
final class Derivation {
  private static final int FRAGMENT_CHARS_MIN = 4;
  private static final double COVERAGE_MIN = 0.8;
  private static final int RETOLD_TOKENS_MIN = 6;
  private static final int JOINED_CHARS_MIN = 6;
  private static final int JOINED_CHARS_MAX = 60;

  private final TextIndex index;
  private final IntPredicate held;
  private final Budget budget;

  /** A way that was found, with its places in order. */
  record Found(String rule, double confidence, List<Match> places) {
    static Found at(String rule, double confidence, Match place) {
      return new Found(rule, confidence, List.of(place));
    }
  }

  Derivation(TextIndex index, IntPredicate held, Budget budget) {
    this.index = index;
    this.held = held;
    this.budget = budget;
  }

  Optional<Found> of(Probe probe, LocalDate today) {
    if (probe.date() != null) {
      Optional<Found> day = day(probe, probe.date(), today);
      if (day.isPresent()) {
        return day;
      }
    }
    if (probe.numeric()) {
      return Optional.empty();
    }
    return humps(probe)
        .or(() -> joined(probe))
        .or(() -> split(probe))
        .or(() -> coded(probe))
        .or(() -> fragments(probe))
        .or(() -> retold(probe));
  }

  private Optional<Found> day(Probe probe, LocalDate date, LocalDate today) {
    for (String form : probe.forms()) {
      if (form.startsWith("t:")) {
        List<Match> days = index.findForm("d:" + date, held, budget);
        if (!days.isEmpty()) {
          return Optional.of(new Found("day of a date and time", 0.8, days));
        }
      }
    }
    long ahead = date.toEpochDay() - today.toEpochDay();
    Optional<Found> said = form("r:" + ahead, "day named from the time of the call", 0.9);
    if (said.isEmpty() && ahead > 0 && ahead <= 14) {
      said = form("w:" + date.getDayOfWeek(), "weekday after the time of the call", 0.85);
    }
    if (said.isEmpty() && Math.abs(ahead) <= 366) {
      said = form("y:" + date.toString().substring(5), "day and month, year of the call", 0.9);
    }
    return said;
  }

  private Optional<Found> form(String key, String rule, double confidence) {
    List<Match> places = index.findForm(key, held, budget);
    return places.isEmpty() ? Optional.empty() : Optional.of(new Found(rule, confidence, places));
  }

  /** Words of a camel case or letter-digit compound in a row. */
  private Optional<Found> humps(Probe probe) {
    List<String> humps = Words.humps(probe.text());
    if (humps.size() < 2 || humps.size() == probe.tokens().size()) {
      return Optional.empty();
    }
    return row(humps, "case style");
  }

  private Optional<Found> row(List<String> tokens, String rule) {
    int[] ids = index.ids(tokens);
    List<Integer> places = index.places(ids, held, budget);
    if (places.isEmpty() || CommonWords.all(tokens)) {
      return Optional.empty();
    }
    List<Match> matches = new ArrayList<>();
    for (int place : places) {
      matches.add(index.matchAt(place, ids.length, Match.Closeness.SEPARATED));
    }
    return Optional.of(new Found(rule, 0.9, matches));
  }

  /** Several words written as one in the source. */
  private Optional<Found> joined(Probe probe) {
    String joined = String.join("", probe.tokens());
    if (probe.tokens().size() < 2
        || joined.length() < JOINED_CHARS_MIN
        || joined.length() > JOINED_CHARS_MAX) {
      return Optional.empty();
    }
    return row(List.of(joined), "words joined in the source");
  }

  /** One word that the source writes as two or three. */
  private Optional<Found> split(Probe probe) {
    if (probe.tokens().size() != 1) {
      return Optional.empty();
    }
    String word = probe.tokens().getFirst();
    if (word.length() < JOINED_CHARS_MIN || word.length() > JOINED_CHARS_MAX) {
      return Optional.empty();
    }
    for (int i = 2; i <= word.length() - 2; i++) {
      String left = word.substring(0, i);
      if (!index.knows(left)) {
        continue;
      }
      String right = word.substring(i);
      if (index.knows(right)) {
        Optional<Found> two = row(List.of(left, right), "words of the source joined");
        if (two.isPresent()) {
          return two;
        }
      }
    }
    return Optional.empty();
  }

  /** Base64 of a text that is there, or the text of a Base64 that is there. */
  private Optional<Found> coded(Probe probe) {
    String decoded = decoded(probe.text().strip());
    if (decoded != null) {
      List<Match> places = index.find(Probe.of(decoded), held, budget);
      if (!places.isEmpty()) {
        return Optional.of(new Found("base64 of the source", 0.9, places));
      }
    }
    String text = probe.text().strip();
    if (text.length() < FRAGMENT_CHARS_MIN || text.length() > 512) {
      return Optional.empty();
    }
    String code = Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    int[] ids = index.ids(Words.of(code));
    List<Integer> places = index.places(ids, held, budget);
    if (ids.length == 0 || places.isEmpty()) {
      return Optional.empty();
    }
    Match place = index.matchAt(places.getFirst(), ids.length, Match.Closeness.SEPARATED);
    return Optional.of(Found.at("decoded from base64", 0.9, place));
  }

  private static @Nullable String decoded(String text) {
    if (text.length() < 8 || text.length() > 4_096 || text.indexOf(' ') >= 0) {
      return null;
    }
    try {
      byte[] bytes =
          (text.indexOf('-') >= 0 || text.indexOf('_') >= 0
                  ? Base64.getUrlDecoder()
                  : Base64.getDecoder())
              .decode(text);
      String plain =
          StandardCharsets.UTF_8.newDecoder().decode(java.nio.ByteBuffer.wrap(bytes)).toString();
      boolean printable = plain.chars().noneMatch(c -> c < ' ' && !Character.isWhitespace(c));
      return printable && plain.length() >= FRAGMENT_CHARS_MIN ? plain : null;
    } catch (IllegalArgumentException | CharacterCodingException e) {
      return null;
    }
  }

  /** Put together: at least two pieces of the sources make up most of the value. */
  private Optional<Found> fragments(Probe probe) {
    int[] ids = index.ids(probe.tokens());
    List<Match> pieces = new ArrayList<>();
    int total = 0;
    int covered = 0;
    boolean telling = false;
    for (String token : probe.tokens()) {
      total += token.length();
    }
    for (int i = 0; i < ids.length; ) {
      TextIndex.Run run = index.longest(ids, i, held, budget);
      int chars = 0;
      for (int k = i; k < i + run.length(); k++) {
        chars += probe.tokens().get(k).length();
        telling |= !CommonWords.is(probe.tokens().get(k));
      }
      if (chars >= FRAGMENT_CHARS_MIN) {
        covered += chars;
        pieces.add(new Match(run.segment(), run.start(), run.end(), Match.Closeness.PART));
      }
      i += Math.max(1, run.length());
    }
    if (pieces.size() < 2 || !telling || covered < COVERAGE_MIN * total) {
      return Optional.empty();
    }
    return Optional.of(new Found("put together from " + pieces.size() + " pieces", 0.8, pieces));
  }

  /** A longer text, most of whose words one source holds. */
  private Optional<Found> retold(Probe probe) {
    Set<String> words = new HashSet<>(probe.tokens());
    if (words.size() < RETOLD_TOKENS_MIN) {
      return Optional.empty();
    }
    Map<Integer, Integer> hits = new HashMap<>();
    for (String word : words) {
      Set<Integer> seen = new HashSet<>();
      index.segmentsOf(word, held, budget, seen::add);
      seen.forEach(segment -> hits.merge(segment, 1, Integer::sum));
    }
    for (Map.Entry<Integer, Integer> hit : new java.util.TreeMap<>(hits).entrySet()) {
      if (hit.getValue() >= COVERAGE_MIN * words.size()) {
        int end = index.segment(hit.getKey()).text().length();
        Match place = new Match(hit.getKey(), 0, end, Match.Closeness.PART);
        return Optional.of(Found.at("words of one source", 0.7, place));
      }
    }
    return Optional.empty();
  }
}
