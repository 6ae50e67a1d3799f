package dev.whyops.journal;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * One file of the journal as readers see it. The name carries the format's version and a lower
 * bound of the sequences inside, so that damage to the content can never hide either.
 */
final class Segment {
  static final int FORMAT = 1;
  private static final Pattern NAME = Pattern.compile("\\d{20}\\.j(\\d+)");

  final String name;

  /** No frame inside has a lower sequence. */
  final long firstSeq;

  /** Bytes that readers may look at; grows while the segment is written. */
  volatile long readableTo;

  /** Nothing will be added any more. Set after the last change of {@link #readableTo}. */
  volatile boolean sealed;

  Segment(String name, long firstSeq) {
    this.name = name;
    this.firstSeq = firstSeq;
  }

  static Segment startingAt(long seq) {
    return new Segment(String.format(Locale.ROOT, "%020d.j%d", seq, FORMAT), seq);
  }

  static boolean isName(String name) {
    return NAME.matcher(name).matches();
  }

  static Segment existing(String name) {
    int format = Integer.parseInt(name.substring(name.indexOf(".j") + 2));
    if (format != FORMAT) {
      throw new JournalException(
          "journal_format",
          "the journal was written in format "
              + format
              + ", this version reads "
              + FORMAT
              + "; start the version that wrote it");
    }
    return new Segment(name, Long.parseLong(name.substring(0, 20)));
  }
}
