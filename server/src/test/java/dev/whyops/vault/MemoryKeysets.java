package dev.whyops.vault;

import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Keysets in memory; may fail after a number of replacements, as a process that is killed, and lose
 * some to another one that was faster.
 */
final class MemoryKeysets implements Keysets {
  final TreeMap<String, Row> rows = new TreeMap<>();
  int replacementsLeft = Integer.MAX_VALUE;
  int racesToLose;

  @Override
  public Optional<Row> find(String owner) {
    return Optional.ofNullable(rows.get(owner));
  }

  @Override
  public List<String> owners() {
    return List.copyOf(rows.keySet());
  }

  @Override
  public Row insertIfAbsent(Row row) {
    rows.putIfAbsent(row.owner(), row);
    return rows.get(row.owner());
  }

  @Override
  public boolean replace(Row before, Row after) {
    if (replacementsLeft-- <= 0) {
      throw new IllegalStateException("killed");
    }
    if (racesToLose > 0) {
      racesToLose--;
      return false;
    }
    return rows.replace(before.owner(), before, after);
  }
}
