package dev.whyops.finding;

/**
 * One rule. Judges a whole trace in time linear in its events, keeps no state between traces, and
 * gives the same findings for the same events in any order of arrival.
 */
public interface Check {
  /** Name of the fault, in upper case with underscores. */
  String code();

  void judge(Evidence evidence, Report report);
}
