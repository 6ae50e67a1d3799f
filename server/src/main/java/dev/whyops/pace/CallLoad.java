package dev.whyops.pace;

/** What calls ask of the machine at this moment. Thread-safe and cheap. */
@FunctionalInterface
public interface CallLoad {
  /**
   * @param callCores cores that the relaying of calls takes, about
   * @param idleShare the part of the machine that nobody uses, 0-1
   */
  record Reading(double callCores, double idleShare) {}

  Reading now();

  /** No calls at all. */
  CallLoad NONE = () -> new Reading(0, 1);
}
