package dev.whyops.trace.query;

import java.util.List;

/** One condition of a query; a trace has to meet all of them. */
public sealed interface Term {
  /** The trace must not meet the condition. */
  boolean negated();

  /** Words of the trace's preview, or its whole id. */
  record Text(String text, boolean negated) implements Term {}

  /** A field that is one of some values. */
  record Is(Field field, List<String> values, boolean negated) implements Term {
    public Is {
      values = List.copyOf(values);
    }
  }

  /** A field that begins with a text. */
  record Prefix(Field field, String prefix, boolean negated) implements Term {}

  /** A number within bounds: microseconds, or billionths of a dollar. */
  record Within(
      Quantity quantity,
      long min,
      boolean minIncluded,
      long max,
      boolean maxIncluded,
      boolean negated)
      implements Term {}

  /** What has a text. */
  enum Field {
    STATUS,
    AGENT,
    VERSION,
    ENV,
    MODEL,
    PROVIDER,
    TOOL,
    USER,
    THREAD,
    FINDING
  }

  /** What has a number. */
  enum Quantity {
    LATENCY,
    COST
  }
}
