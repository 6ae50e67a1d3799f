package dev.whyops.event;

import dev.whyops.http.ApiException.Detail;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One event as it stood in the body, before it is judged: values of its fields as text, content
 * verbatim.
 */
final class RawEvent {
  /** What a JSON value is. */
  enum Kind {
    TEXT,
    NUMBER,
    BOOLEAN,
    NULL,
    OBJECT,
    ARRAY
  }

  /**
   * @param text the decoded string, or the JSON text of anything else
   * @param json the JSON text
   */
  record Value(Kind kind, String text, String json) {}

  final int index;
  final Map<String, Value> fields = new LinkedHashMap<>();
  final Map<String, Value> metadata = new LinkedHashMap<>();
  final Map<String, Value> usage = new LinkedHashMap<>();
  final List<Detail> faults = new ArrayList<>();
  boolean metadataIsObject = true;
  boolean identityIgnored;
  int bytes;

  RawEvent(int index) {
    this.index = index;
  }

  void fault(String field, String message, String code) {
    faults.add(new Detail(index, field, message, code));
  }

  /** A string field; faults when it is there and no string. Null and absent are the same. */
  @Nullable String text(Map<String, Value> from, String prefix, String name) {
    Value value = from.get(name);
    if (value == null || value.kind() == Kind.NULL) {
      return null;
    }
    if (value.kind() != Kind.TEXT) {
      fault(prefix + name, "must be a string", "bad_type");
      return null;
    }
    return value.text();
  }
}
