package dev.whyops.message;

import java.util.Map;

/** Where parts are kept, once each. Small numbers stand for them inside one store file. */
public interface MessageStore {
  /** The number of a part, which is stored now unless it is there already. */
  int put(ContentId id, String part);

  /** Texts by number; numbers that are unknown are absent. */
  Map<Integer, String> parts(int[] numbers);
}
