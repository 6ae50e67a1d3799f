package dev.whyops;

import dev.whyops.config.Settings;
import dev.whyops.evidence.FindingStore;
import dev.whyops.finding.Finding;
import dev.whyops.finding.Gate;
import dev.whyops.finding.Sarif;
import dev.whyops.finding.Severity;
import dev.whyops.http.ApiException;
import dev.whyops.project.ProjectId;
import dev.whyops.project.ProjectScope;
import dev.whyops.store.ControlPlane;
import dev.whyops.store.sql.MigrationException;
import dev.whyops.vault.VaultException;
import java.util.Comparator;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** Prints findings of stored traces; for CI it also decides the exit code. */
final class FindingsCommand {
  /** More than this are not read; CI looks at what is new. */
  private static final int FINDINGS_MAX = 10_000;

  private FindingsCommand() {}

  static CommandSpec spec() {
    CommandSpec spec = StartCommand.spec("findings");
    spec.usageMessage()
        .description(
            "Prints the findings of traces that have closed. With --fail-on the exit code is 1"
                + " when",
            "one is at least that bad, and 2 when it could not look. The server may run.");
    spec.addOption(option("--fail-on", "SEVERITY", "critical, high, medium or low"));
    spec.addOption(option("--project", "ID", "of another project than the first one"));
    spec.addOption(option("--agent", "NAME", "of this agent only"));
    spec.addOption(option("--format", "FORMAT", "text (default) or sarif"));
    return spec;
  }

  private static OptionSpec option(String name, String label, String description) {
    return OptionSpec.builder(name)
        .paramLabel(label)
        .type(String.class)
        .description(description)
        .build();
  }

  /** For CI, "could not look" must not read as "found something". */
  private static final int COULD_NOT_LOOK = 2;

  static int run(ParseResult parsed) {
    try {
      return judge(parsed);
    } catch (StartException | VaultException | MigrationException e) {
      System.err.println("whyops: " + e.getMessage());
      return COULD_NOT_LOOK;
    }
  }

  private static int judge(ParseResult parsed) {
    Settings settings = StartCommand.settings(parsed);
    String agent = parsed.<String>matchedOptionValue("--agent", null);
    List<Finding> findings;
    try (ControlPlane control = ControlPlane.open(settings, baseUrl -> {})) {
      String project = parsed.<String>matchedOptionValue("--project", null);
      ProjectId id = project == null ? control.firstProject().id() : new ProjectId(project);
      findings =
          control
              .findings()
              .list(new ProjectScope(id), FindingStore.Filter.ALL, null, FINDINGS_MAX)
              .stream()
              .map(FindingStore.Kept::finding)
              .filter(finding -> agent == null || agent.equals(finding.agentName()))
              .sorted(Comparator.comparing(Finding::severity))
              .toList();
    } catch (ApiException e) {
      throw new StartException(e.text());
    }
    if ("sarif".equals(parsed.<String>matchedOptionValue("--format", "text"))) {
      System.out.println(Sarif.write(findings, "0.1.0", "docs/why.md"));
    } else {
      findings.forEach(FindingsCommand::print);
      System.out.println(findings.size() + (findings.size() == 1 ? " finding" : " findings"));
    }
    String failOn = parsed.<String>matchedOptionValue("--fail-on", null);
    if (failOn == null) {
      return Gate.PASS;
    }
    Severity severity =
        Severity.ofWireName(failOn)
            .orElseThrow(() -> new StartException("--fail-on takes critical, high, medium or low"));
    return Gate.exitCode(findings, severity);
  }

  private static void print(Finding finding) {
    System.out.printf(
        "%-8s %-34s %s%n         trace %s, agent %s%n",
        finding.severity().wireName(),
        finding.code(),
        finding.title(),
        finding.traceId() == null ? "(version)" : finding.traceId(),
        finding.agentName());
  }
}
