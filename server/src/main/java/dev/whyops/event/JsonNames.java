package dev.whyops.event;

import dev.whyops.json.Json;

/** Writes member names. */
final class JsonNames {
  private JsonNames() {}

  static String quote(String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c < ' ' || c > '~' || c == '"' || c == '\\') {
        return Json.mapper().writeValueAsString(name);
      }
    }
    return '"' + name + '"';
  }
}
