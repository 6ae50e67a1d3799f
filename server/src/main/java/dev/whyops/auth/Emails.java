package dev.whyops.auth;

import dev.whyops.http.ApiException;
import java.net.IDN;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The one form of an e-mail address: plain local part, domain in lower-case ASCII. Quoted parts,
 * comments and everything that could end a header line are refused; a plus part is kept.
 */
final class Emails {
  private static final int LENGTH_MAX = 254;
  private static final Pattern LOCAL =
      Pattern.compile("[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*");
  private static final Pattern DOMAIN =
      Pattern.compile(
          "([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)(\\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*");

  private Emails() {}

  /**
   * @throws ApiException 400 {@code invalid_email}
   */
  static String normal(String email) {
    int at = email.lastIndexOf('@');
    if (email.length() <= LENGTH_MAX && at > 0 && at <= 64) {
      String local = email.substring(0, at);
      String domain = ascii(email.substring(at + 1));
      if (LOCAL.matcher(local).matches()
          && DOMAIN.matcher(domain).matches()
          && local.length() + 1 + domain.length() <= LENGTH_MAX) {
        return local + "@" + domain;
      }
    }
    throw ApiException.invalid("email", "invalid_email", "This is not an e-mail address.");
  }

  private static String ascii(String domain) {
    try {
      return IDN.toASCII(domain, IDN.USE_STD3_ASCII_RULES).toLowerCase(Locale.ROOT);
    } catch (IllegalArgumentException e) {
      return "";
    }
  }
}
