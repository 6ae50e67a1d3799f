package dev.whyops.store.duckdb;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Conditions joined by AND and the values of their question marks, in the same order. */
final class Conditions {
  private final List<String> texts = new ArrayList<>();
  private final List<Object> values = new ArrayList<>();

  Conditions add(String text, Object... more) {
    texts.add(text);
    values.addAll(Arrays.asList(more));
    return this;
  }

  String text() {
    return String.join(" AND ", texts);
  }

  /** The same conditions as alternatives. */
  String anyText() {
    return "(" + String.join(" OR ", texts) + ")";
  }

  List<Object> values() {
    return values;
  }

  static void bind(PreparedStatement statement, List<Object> values) throws SQLException {
    int index = 1;
    for (Object value : values) {
      statement.setObject(index++, value);
    }
  }
}
