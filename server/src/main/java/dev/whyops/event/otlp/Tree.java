package dev.whyops.event.otlp;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Puts together again what a convention has taken apart: {@code tool_calls.0.id} is the id of the
 * first of a list. Paths deeper than {@link #DEPTH_MAX} keep their rest as one name.
 */
final class Tree {
  static final int DEPTH_MAX = 8;

  private final Map<String, Object> members = new LinkedHashMap<>();

  void put(String path, Object value) {
    Tree at = this;
    String rest = path;
    for (int depth = 0; depth < DEPTH_MAX; depth++) {
      int dot = rest.indexOf('.');
      if (dot < 0) {
        break;
      }
      Object child = at.members.computeIfAbsent(rest.substring(0, dot), name -> new Tree());
      if (!(child instanceof Tree tree)) {
        break;
      }
      at = tree;
      rest = rest.substring(dot + 1);
    }
    at.members.putIfAbsent(rest, value);
  }

  /** Maps, and lists where all names are numbers. */
  Object json() {
    boolean isList = !members.isEmpty() && members.keySet().stream().allMatch(Tree::isNumber);
    if (isList) {
      Map<Integer, Object> items = new TreeMap<>();
      members.forEach((name, value) -> items.put(Integer.valueOf(name), plain(value)));
      List<Object> list = new ArrayList<>(items.values());
      return list;
    }
    Map<String, Object> object = new LinkedHashMap<>();
    members.forEach((name, value) -> object.put(name, plain(value)));
    return object;
  }

  private static Object plain(Object value) {
    return value instanceof Tree tree ? tree.json() : value;
  }

  private static boolean isNumber(String name) {
    return !name.isEmpty() && name.length() < 6 && name.chars().allMatch(c -> c >= '0' && c <= '9');
  }
}
