package dev.whyops.dashboard;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A page of a list.
 *
 * @param nextCursor null on the last page
 */
record Page<T>(List<T> items, @Nullable String nextCursor) {
  Page {
    items = List.copyOf(items);
  }

  static <T> Page<T> whole(List<T> items) {
    return new Page<>(items, null);
  }

  /**
   * @param rows one more than {@code limit} when there is a next page
   * @param cursor makes the place after a row
   */
  static <R, T> Page<T> of(
      List<R> rows, int limit, Function<R, T> shape, Function<R, String> cursor) {
    List<R> shown = rows.size() > limit ? rows.subList(0, limit) : rows;
    @Nullable String next = rows.size() > limit ? cursor.apply(shown.getLast()) : null;
    return new Page<>(shown.stream().map(shape).toList(), next);
  }
}
