package dev.whyops.finding;

import java.util.List;

/** Decides the exit code of {@code ./whyops findings --fail-on SEVERITY}. */
public final class Gate {
  public static final int PASS = 0;
  public static final int FAIL = 1;

  private Gate() {}

  /** {@link #FAIL} when an open finding is at least that bad. */
  public static int exitCode(List<Finding> findings, Severity failOn) {
    boolean fails =
        findings.stream()
            .anyMatch(
                finding ->
                    finding.status() == Finding.Status.OPEN && finding.severity().atLeast(failOn));
    return fails ? FAIL : PASS;
  }
}
