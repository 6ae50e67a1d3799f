package dev.whyops.store.duckdb;

import dev.whyops.trace.query.Term;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Turns the terms of a query into conditions on a trace, for queries that group by trace. */
final class TermConditions {
  private TermConditions() {}

  /**
   * @param idleSince a trace whose last event is newer is open
   */
  static void add(Conditions having, List<Term> terms, TextSearch search, long idleSince) {
    for (Term term : terms) {
      List<Object> values = new ArrayList<>();
      String text =
          switch (term) {
            case Term.Text words -> search.condition(words.text(), values);
            case Term.Is is -> is(is, values, idleSince);
            case Term.Prefix prefix -> prefix(prefix, values);
            case Term.Within within -> within(within, values);
          };
      String whole = "coalesce(" + text + ", false)";
      having.add(term.negated() ? "NOT " + whole : whole, values.toArray());
    }
  }

  private static String is(Term.Is is, List<Object> values, long idleSince) {
    if (is.field() == Term.Field.STATUS) {
      values.add(idleSince);
      values.addAll(is.values());
      return "((CASE WHEN "
          + TraceList.OPEN
          + " THEN 'open' WHEN "
          + TraceList.FAILED
          + " THEN 'error' ELSE 'ok' END) IN ("
          + marks(is.values().size())
          + "))";
    }
    if (is.field() == Term.Field.FINDING) {
      is.values().forEach(name -> values.addAll(List.of(name, name)));
      String each = "trace_hash IN " + FaultTable.KEYS;
      return "(" + String.join(" OR ", Collections.nCopies(is.values().size(), each)) + ")";
    }
    if (isList(is.field())) {
      is.values().forEach(name -> values.add(TraceDelta.SEPARATOR + name + TraceDelta.SEPARATOR));
      String each = "bool_or(contains(" + column(is.field()) + ", ?))";
      return "(" + String.join(" OR ", Collections.nCopies(is.values().size(), each)) + ")";
    }
    values.addAll(is.values());
    return "bool_or(" + column(is.field()) + " IN (" + marks(is.values().size()) + "))";
  }

  private static String prefix(Term.Prefix prefix, List<Object> values) {
    if (isList(prefix.field())) {
      values.add(TraceDelta.SEPARATOR + prefix.prefix());
      return "bool_or(contains(" + column(prefix.field()) + ", ?))";
    }
    values.add(prefix.prefix());
    return "bool_or(starts_with(" + column(prefix.field()) + ", ?))";
  }

  private static String within(Term.Within within, List<Object> values) {
    String amount =
        switch (within.quantity()) {
          case LATENCY -> "(max(ended) - min(started))";
          case COST -> "(CASE WHEN sum(priced) > 0 THEN sum(cost_nano) END)";
        };
    values.add(within.min());
    values.add(within.max());
    return "("
        + amount
        + (within.minIncluded() ? " >= ? AND " : " > ? AND ")
        + amount
        + (within.maxIncluded() ? " <= ?)" : " < ?)");
  }

  private static boolean isList(Term.Field field) {
    return field == Term.Field.MODEL || field == Term.Field.PROVIDER || field == Term.Field.TOOL;
  }

  private static String column(Term.Field field) {
    return switch (field) {
      case AGENT -> "agent";
      case VERSION -> "version_id";
      case ENV -> "env";
      case MODEL -> "models";
      case PROVIDER -> "providers";
      case TOOL -> "tools";
      case USER -> "external_user";
      case THREAD -> "thread_id";
      case STATUS, FINDING -> throw new IllegalArgumentException("no column of its own");
    };
  }

  private static String marks(int count) {
    return String.join(", ", Collections.nCopies(count, "?"));
  }
}
