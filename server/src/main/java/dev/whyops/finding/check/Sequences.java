package dev.whyops.finding.check;

import dev.whyops.why.text.CanonicalJson;
import dev.whyops.why.view.ToolUse;
import java.util.List;

/** Tool uses as a sequence in which equal steps have equal keys. */
final class Sequences {
  private Sequences() {}

  /** Tool, canonical arguments and result of each use. */
  static String[] keys(List<ToolUse> uses) {
    String[] keys = new String[uses.size()];
    for (int i = 0; i < keys.length; i++) {
      ToolUse use = uses.get(i);
      String output = use.output() == null ? "" : use.output().strip();
      keys[i] =
          use.tool()
              + "\u0000"
              + CanonicalJson.of(use.parsed(), use.arguments())
              + "\u0000"
              + output;
    }
    return keys;
  }
}
