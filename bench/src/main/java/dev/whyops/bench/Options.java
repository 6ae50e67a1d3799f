package dev.whyops.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a run is asked to do.
 *
 * @param rounds of every row that compares legs
 * @param seconds of one run of such a row
 * @param longSeconds of the rows that ask what holds for a minute
 * @param only names of parts; empty for all
 */
record Options(int rounds, int seconds, int longSeconds, List<String> only, boolean peers) {
  private static final Options DEFAULT = new Options(5, 2, 60, List.of(), false);
  private static final Options QUICK = new Options(2, 1, 15, List.of(), false);

  /** Where the build and the results lie; given by the script. */
  static final Path HOME = Path.of(System.getProperty("whyops.home", ".")).toAbsolutePath();

  static Options parse(String[] args) {
    List<String> words = List.of(args);
    Options options = words.contains("--quick") ? QUICK : DEFAULT;
    int rounds = options.rounds;
    int seconds = options.seconds;
    int longSeconds = options.longSeconds;
    List<String> only = new ArrayList<>();
    for (int i = 0; i < args.length; i++) {
      switch (args[i]) {
        case "--rounds" -> rounds = number(args, ++i);
        case "--seconds" -> seconds = number(args, ++i);
        case "--long" -> longSeconds = number(args, ++i);
        case "--only" -> only.addAll(List.of(value(args, ++i).split(",")));
        case "--quick", "--peers" -> {}
        default -> throw new IllegalArgumentException("unknown option " + args[i]);
      }
    }
    return new Options(rounds, seconds, longSeconds, only, words.contains("--peers"));
  }

  boolean wants(String part) {
    return only.isEmpty() || only.contains(part);
  }

  private static String value(String[] args, int at) {
    if (at >= args.length) {
      throw new IllegalArgumentException(args[at - 1] + " needs a value");
    }
    return args[at];
  }

  private static int number(String[] args, int at) {
    try {
      int number = Integer.parseInt(value(args, at));
      if (number > 0) {
        return number;
      }
    } catch (NumberFormatException e) {
      // said below, as for a number that is not positive
    }
    throw new IllegalArgumentException(args[at - 1] + " needs a number above 0");
  }
}
