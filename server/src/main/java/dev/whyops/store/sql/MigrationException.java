package dev.whyops.store.sql;

/**
 * The tables cannot be brought to the form that this server needs. The message is one clear line.
 */
public final class MigrationException extends RuntimeException {
  private static final long serialVersionUID = 1;

  MigrationException(String message) {
    super(message);
  }
}
