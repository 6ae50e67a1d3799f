package dev.whyops.proxy;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the log of what should not happen, without anything of a request in it. */
final class Faults {
  private static final Logger LOG = LoggerFactory.getLogger(Faults.class);

  private Faults() {}

  static void note(String where, Throwable cause) {
    LOG.warn("relay fault where={} type={}", where, cause.getClass().getName(), cause);
  }
}
