package dev.whyops.record;

import java.util.List;

/** Told about events right after they were committed; must return at once and never throw. */
@FunctionalInterface
public interface LandedListener {
  void landed(List<Landed> events);
}
