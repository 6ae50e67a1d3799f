package dev.whyops.fake;

import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** {@code GET /fake/seen?marker=text}: what came with that marker, for tests in other processes. */
final class SeenJson {
  private SeenJson() {}

  static String of(List<Seen> all, String target) {
    String marker = target.substring(target.indexOf("marker=") + "marker=".length());
    return Tree.text(
        Tree.list(
            all.stream()
                .filter(seen -> seen.marker().equals(marker))
                .map(SeenJson::json)
                .toList()));
  }

  private static ObjectNode json(Seen seen) {
    return Tree.object(
        "method",
        seen.method(),
        "target",
        seen.target(),
        "retry",
        seen.header("x-stainless-retry-count").orElse("0"),
        "bodyLength",
        seen.bodyLength(),
        "bodySha256",
        seen.bodySha256(),
        "end",
        seen.end().map(end -> end.kind().name()).orElse(null));
  }
}
