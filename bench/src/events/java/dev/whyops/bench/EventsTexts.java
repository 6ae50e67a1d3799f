package dev.whyops.bench;

import java.util.SplittableRandom;

/** Words as agents and their tools write them: no two alike, and as compressible as language is. */
final class EventsTexts {
  private static final String[] STARTS = {
    "ta", "re", "con", "mi", "so", "per", "lan", "vo", "qui", "de", "or", "sta", "be", "un", "fi"
  };
  private static final String[] ENDS = {
    "ler", "tion", "s", "ing", "ment", "ed", "ra", "tor", "ly", "ne", "st", "ble", "x", "um", "ie"
  };
  private static final String[] WORDS = words();

  private EventsTexts() {}

  private static String[] words() {
    SplittableRandom random = new SplittableRandom(1);
    String[] words = new String[4_000];
    for (int i = 0; i < words.length; i++) {
      StringBuilder word = new StringBuilder();
      for (int part = random.nextInt(3); part >= 0; part--) {
        word.append(STARTS[random.nextInt(STARTS.length)]);
      }
      words[i] = word.append(ENDS[random.nextInt(ENDS.length)]).toString();
    }
    return words;
  }

  /** Few words make up most of a text. */
  static void prose(StringBuilder out, SplittableRandom random, int chars) {
    int end = out.length() + chars;
    while (out.length() < end) {
      double u = random.nextDouble();
      out.append(WORDS[(int) (u * u * u * WORDS.length)]).append(' ');
    }
  }

  /** What a search or a database answers, as JSON text inside a JSON string. */
  static void rows(StringBuilder out, SplittableRandom random, int chars) {
    int end = out.length() + chars;
    out.append("[");
    while (out.length() < end) {
      out.append("{\\\"id\\\":").append(random.nextInt(10_000_000));
      out.append(",\\\"score\\\":0.").append(random.nextInt(1_000));
      out.append(",\\\"title\\\":\\\"");
      prose(out, random, 40);
      out.append("\\\",\\\"updated\\\":\\\"2026-").append(10 + random.nextInt(3)).append('-');
      out.append(10 + random.nextInt(18)).append("\\\"},");
    }
    out.setCharAt(out.length() - 1, ']');
  }
}
