package dev.whyops.limit;

/** The right to run one call; closed when the call is over. */
public interface Permit extends AutoCloseable {
  /** For keys without limits. */
  Permit FREE = () -> {};

  /** Gives the right back; once. */
  @Override
  void close();
}
