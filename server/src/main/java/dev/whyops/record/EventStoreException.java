package dev.whyops.record;

/** The store could not take or give what it was asked for. */
public final class EventStoreException extends RuntimeException {
  private static final long serialVersionUID = 1;
  private final boolean poison;

  public EventStoreException(String message, Throwable cause, boolean poison) {
    super(message, cause);
    this.poison = poison;
  }

  /** True when trying again cannot help. */
  public boolean poison() {
    return poison;
  }
}
