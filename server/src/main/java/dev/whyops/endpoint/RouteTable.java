package dev.whyops.endpoint;

import dev.whyops.auth.Scope;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * The gateway routes that are ours: each has a method, an exact path and the scope that a key needs
 * for it. A route without a scope cannot be built, so it stops the start.
 */
public final class RouteTable {
  /** One route; {@code path} starts with a slash and holds no parameters. */
  public record Row(String method, String path, Scope scope, Endpoint endpoint) {
    public Row {
      Objects.requireNonNull(scope, () -> "a scope is missing for " + method + " " + path);
      Objects.requireNonNull(endpoint);
    }
  }

  private final List<Row> rows;
  private final Map<String, Row> byMethodAndPath = new HashMap<>();
  private final Set<String> paths = new HashSet<>();

  public RouteTable(List<Row> rows) {
    this.rows = List.copyOf(rows);
    for (Row row : this.rows) {
      if (byMethodAndPath.put(row.method() + ' ' + row.path(), row) != null) {
        throw new IllegalArgumentException("two routes for " + row.method() + " " + row.path());
      }
      paths.add(row.path());
    }
  }

  public List<Row> rows() {
    return rows;
  }

  public Optional<Row> find(String method, String path) {
    return paths.contains(path)
        ? Optional.ofNullable(byMethodAndPath.get(method + ' ' + path))
        : Optional.empty();
  }

  /** Whether any method is served at this path. */
  public boolean hasPath(String path) {
    return paths.contains(path);
  }
}
