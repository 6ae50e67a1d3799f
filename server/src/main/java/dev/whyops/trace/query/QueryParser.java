package dev.whyops.trace.query;

import dev.whyops.http.ApiException;
import dev.whyops.trace.query.Term.Field;
import dev.whyops.trace.query.Term.Quantity;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the language of the query bar:
 *
 * <pre>
 * query = term*    term = ["-"] field ":" value | "phrase" | word
 * value = x | (a OR b) | &gt;n | &lt;n | a..b | name*
 * </pre>
 *
 * <p>Nothing is guessed: a query with a mistake is refused with what is wrong and where. Linear in
 * the text, which the caller bounds.
 */
public final class QueryParser {
  private static final int TERMS_MAX = 50;
  private static final int VALUES_MAX = 50;
  private static final Map<String, Field> FIELDS =
      Map.of(
          "status", Field.STATUS,
          "agent", Field.AGENT,
          "version", Field.VERSION,
          "env", Field.ENV,
          "model", Field.MODEL,
          "provider", Field.PROVIDER,
          "tool", Field.TOOL,
          "user", Field.USER,
          "thread", Field.THREAD,
          "finding", Field.FINDING);
  private static final Map<Field, Set<String>> CLOSED =
      Map.of(
          Field.STATUS, Set.of("ok", "error", "open"),
          Field.ENV, Set.of("PRODUCTION", "STAGING", "DEVELOPMENT"));
  private static final Pattern RANGE = Pattern.compile("(.+)\\.\\.(.+)");
  private static final Pattern DURATION =
      Pattern.compile("(\\d{1,12}(?:\\.\\d{1,6})?)(ms|s|m|min|h)?");
  private static final Pattern DOLLARS = Pattern.compile("\\$?(\\d{1,9}(?:\\.\\d{1,9})?)");

  private final String input;
  private final List<Term> terms = new ArrayList<>();
  private int at;

  /** A value, and whether it stood in quotes. */
  private record Value(String text, boolean quoted) {}

  private QueryParser(String input) {
    this.input = input;
  }

  /**
   * @throws ApiException 400 {@code bad_query}
   */
  public static List<Term> parse(String query) {
    QueryParser parser = new QueryParser(query);
    for (parser.space(); parser.at < query.length(); parser.space()) {
      parser.term();
      if (parser.terms.size() > TERMS_MAX) {
        throw parser.bad("A query has at most " + TERMS_MAX + " terms.");
      }
    }
    return List.copyOf(parser.terms);
  }

  private void term() {
    boolean negated =
        input.charAt(at) == '-'
            && at + 1 < input.length()
            && !Character.isWhitespace(input.charAt(at + 1));
    if (negated) {
      at++;
    }
    if (input.charAt(at) == '"') {
      terms.add(new Term.Text(quoted(), negated));
      return;
    }
    int start = at;
    while (at < input.length() && !isOneOf(input.charAt(at), ":\"()")) {
      at++;
    }
    String word = input.substring(start, at);
    if (word.isEmpty()) {
      throw bad("\"" + input.charAt(at) + "\" stands alone. Put it in quotes to search for it.");
    }
    if (at < input.length() && input.charAt(at) == ':') {
      at++;
      field(word, negated);
    } else if (word.equals("OR") || word.equals("AND")) {
      throw bad(word + " works inside a value only, as in tool:(search OR fetch).");
    } else {
      terms.add(new Term.Text(word, negated));
    }
  }

  private void field(String name, boolean negated) {
    List<Value> values = values();
    if (values.isEmpty() || values.stream().anyMatch(value -> value.text().isEmpty())) {
      throw bad(name + ": needs a value.");
    }
    switch (name) {
      case "latency" -> terms.add(within(Quantity.LATENCY, values, negated));
      case "cost" -> terms.add(within(Quantity.COST, values, negated));
      default -> {
        Field field = FIELDS.get(name);
        if (field == null) {
          throw bad(
              "There is no field \""
                  + name
                  + "\". Fields: "
                  + FIELDS.keySet().stream().sorted().toList());
        }
        terms.add(textual(field, values, negated));
      }
    }
  }

  private Term textual(Field field, List<Value> values, boolean negated) {
    Set<String> closed = CLOSED.get(field);
    Value only = values.getFirst();
    boolean prefix =
        values.size() == 1
            && !only.quoted()
            && only.text().length() > 1
            && only.text().endsWith("*");
    if (prefix && closed == null && field != Field.FINDING) {
      return new Term.Prefix(field, only.text().substring(0, only.text().length() - 1), negated);
    }
    List<String> texts = values.stream().map(Value::text).toList();
    if (closed != null && !closed.containsAll(texts)) {
      throw bad(
          field.name().toLowerCase(Locale.ROOT)
              + " is one of "
              + closed.stream().sorted().toList());
    }
    return new Term.Is(field, texts, negated);
  }

  private Term within(Quantity quantity, List<Value> values, boolean negated) {
    String text = values.getFirst().text();
    if (values.size() == 1) {
      Matcher range = RANGE.matcher(text);
      if (range.matches()) {
        Long min = read(quantity, range.group(1));
        Long max = read(quantity, range.group(2));
        if (min != null && max != null && min <= max) {
          return new Term.Within(quantity, min, true, max, true, negated);
        }
      }
      Long number = read(quantity, text.replaceFirst("^[<>]=?", ""));
      if (number != null) {
        boolean orEqual = text.length() > 1 && text.charAt(1) == '=';
        return switch (text.charAt(0)) {
          case '>' -> new Term.Within(quantity, number, orEqual, Long.MAX_VALUE, true, negated);
          case '<' -> new Term.Within(quantity, 0, true, number, orEqual, negated);
          default -> new Term.Within(quantity, number, true, number, true, negated);
        };
      }
    }
    throw bad(
        quantity == Quantity.LATENCY
            ? "latency takes a time, as in latency:>2s."
            : "cost takes US dollars, as in cost:>0.05.");
  }

  /** Microseconds, or billionths of a dollar. */
  private static @Nullable Long read(Quantity quantity, String text) {
    if (quantity == Quantity.COST) {
      Matcher dollars = DOLLARS.matcher(text);
      return dollars.matches()
          ? (Long) new BigDecimal(dollars.group(1)).movePointRight(9).longValue()
          : null;
    }
    Matcher duration = DURATION.matcher(text);
    if (!duration.matches()) {
      return null;
    }
    String unit = duration.group(2) == null ? "ms" : duration.group(2);
    long micros =
        switch (unit) {
          case "s" -> 1_000_000;
          case "m", "min" -> 60_000_000;
          case "h" -> 3_600_000_000L;
          default -> 1_000;
        };
    return new BigDecimal(duration.group(1))
        .multiply(BigDecimal.valueOf(micros))
        .min(BigDecimal.valueOf(Long.MAX_VALUE))
        .longValue();
  }

  private List<Value> values() {
    List<Value> values = new ArrayList<>();
    if (at >= input.length() || input.charAt(at) != '(') {
      values.add(value());
      return values;
    }
    at++;
    for (space(); at < input.length() && input.charAt(at) != ')'; space()) {
      int before = at;
      Value value = value();
      if (at == before) {
        throw bad("Brackets cannot be nested.");
      }
      if (value.quoted() || !value.text().equals("OR")) {
        values.add(value);
      }
      if (values.size() > VALUES_MAX) {
        throw bad("A bracket holds at most " + VALUES_MAX + " values.");
      }
    }
    if (at >= input.length()) {
      throw bad("The bracket is not closed.");
    }
    at++;
    return values;
  }

  private Value value() {
    if (at < input.length() && input.charAt(at) == '"') {
      return new Value(quoted(), true);
    }
    int start = at;
    while (at < input.length() && !isOneOf(input.charAt(at), "\"()")) {
      at++;
    }
    return new Value(input.substring(start, at), false);
  }

  private String quoted() {
    at++;
    StringBuilder text = new StringBuilder();
    while (at < input.length()) {
      char c = input.charAt(at++);
      if (c == '"') {
        return text.toString();
      }
      text.append(c == '\\' && at < input.length() ? input.charAt(at++) : c);
    }
    throw bad("The quotation mark is not closed.");
  }

  private void space() {
    while (at < input.length() && Character.isWhitespace(input.charAt(at))) {
      at++;
    }
  }

  private static boolean isOneOf(char c, String characters) {
    return Character.isWhitespace(c) || characters.indexOf(c) >= 0;
  }

  private ApiException bad(String message) {
    return ApiException.invalid("q", "bad_query", message + " (at character " + (at + 1) + ")");
  }
}
