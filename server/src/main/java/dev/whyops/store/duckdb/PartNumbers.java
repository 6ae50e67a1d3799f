package dev.whyops.store.duckdb;

import dev.whyops.message.ContentId;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which parts a file already holds, for the parts used last: what has been forgotten is stored once
 * more, which costs room but no truth. Two generations of a bounded map; one thread.
 */
final class PartNumbers {
  private static final int GENERATION_MAX = 200_000;
  private Map<ContentId, Integer> young = new HashMap<>();
  private Map<ContentId, Integer> old = new HashMap<>();

  @Nullable Integer get(ContentId id) {
    Integer number = young.get(id);
    if (number == null) {
      number = old.get(id);
      if (number != null) {
        put(id, number);
      }
    }
    return number;
  }

  void put(ContentId id, int number) {
    if (young.size() >= GENERATION_MAX) {
      old = young;
      young = new HashMap<>();
    }
    young.put(id, number);
  }

  void clear() {
    young.clear();
    old.clear();
  }
}
