package dev.whyops.finding;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Runs all rules over a trace. A rule that fails on a trace it was not made for must not hide what
 * the others found, so it is left out and named.
 *
 * <p>Thread-safe.
 */
public final class Findings {
  private final List<Check> checks;

  public Findings(List<Check> checks) {
    this.checks = List.copyOf(checks);
  }

  /**
   * @param findings worst first, then by code
   * @param failedChecks codes of rules that could not judge this trace
   */
  public record Outcome(List<Finding> findings, List<String> failedChecks) {}

  public Outcome of(Evidence evidence) {
    Report report = new Report(evidence.view());
    List<String> failed = new ArrayList<>();
    for (Check check : checks) {
      report.open(check.code());
      try {
        check.judge(evidence, report);
      } catch (IllegalArgumentException | IllegalStateException | IndexOutOfBoundsException e) {
        failed.add(check.code());
      }
      report.close();
    }
    List<Finding> findings = new ArrayList<>(report.findings());
    findings.sort(Comparator.comparing(Finding::severity).thenComparing(Finding::code));
    return new Outcome(List.copyOf(findings), List.copyOf(failed));
  }
}
