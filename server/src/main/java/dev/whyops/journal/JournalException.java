package dev.whyops.journal;

/** A frame could not be made durable; {@code code} is the client's, such as storage_full. */
public final class JournalException extends RuntimeException {
  private static final long serialVersionUID = 1;
  private final String code;

  public JournalException(String code, String message) {
    super(message);
    this.code = code;
  }

  public String code() {
    return code;
  }
}
