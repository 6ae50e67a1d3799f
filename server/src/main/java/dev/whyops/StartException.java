package dev.whyops;

/** The server cannot start; the message is the one line that the operator sees. */
final class StartException extends RuntimeException {
  private static final long serialVersionUID = 1;

  StartException(String message) {
    super(message, null, false, false);
  }
}
