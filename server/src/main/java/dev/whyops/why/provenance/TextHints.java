package dev.whyops.why.provenance;

/**
 * What a text cannot hold, seen in one pass over its characters, so that patterns which cannot
 * match are not tried. A hint may be there without a match, never the other way round.
 *
 * @param digitCount ASCII digits
 * @param digitRun the longest row of them
 * @param hexRun the longest row of hexadecimal digits and dashes
 * @param month a word begins like the name of a month
 * @param relative a day is named from where one stands
 */
record TextHints(int digitCount, int digitRun, int hexRun, boolean month, boolean relative) {
  static TextHints of(String text) {
    int digits = 0;
    int run = 0;
    int longestRun = 0;
    int hex = 0;
    int longestHex = 0;
    boolean month = false;
    boolean relative = false;
    int window = 0; // the last three characters, letters in lower case
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean digit = c >= '0' && c <= '9';
      boolean capital = c >= 'A' && c <= 'Z';
      char low = capital ? (char) (c + 32) : c;
      digits += digit ? 1 : 0;
      run = digit ? run + 1 : 0;
      longestRun = Math.max(longestRun, run);
      hex = digit || c == '-' || low >= 'a' && low <= 'f' ? hex + 1 : 0;
      longestHex = Math.max(longestHex, hex);
      window = (window << 8 | low & 0xff) & 0xffffff;
      if (low >= 'a' && low <= 'z') {
        month |= month(window);
        relative |= relative(window);
      }
    }
    return new TextHints(digits, longestRun, longestHex, month, relative);
  }

  private static boolean month(int window) {
    return switch (window) {
      case 'j' << 16 | 'a' << 8 | 'n',
          'f' << 16 | 'e' << 8 | 'b',
          'm' << 16 | 'a' << 8 | 'r',
          'a' << 16 | 'p' << 8 | 'r',
          'm' << 16 | 'a' << 8 | 'y',
          'j' << 16 | 'u' << 8 | 'n',
          'j' << 16 | 'u' << 8 | 'l',
          'a' << 16 | 'u' << 8 | 'g',
          's' << 16 | 'e' << 8 | 'p',
          'o' << 16 | 'c' << 8 | 't',
          'n' << 16 | 'o' << 8 | 'v',
          'd' << 16 | 'e' << 8 | 'c' ->
          true;
      default -> false;
    };
  }

  /** To<b>day</b>, to<b>nig</b>ht, to<b>mor</b>row, yester<b>day</b>, in two <b>wee</b>ks. */
  private static boolean relative(int window) {
    return switch (window) {
      case 'd' << 16 | 'a' << 8 | 'y',
          'n' << 16 | 'i' << 8 | 'g',
          'm' << 16 | 'o' << 8 | 'r',
          'w' << 16 | 'e' << 8 | 'e' ->
          true;
      default -> false;
    };
  }
}
