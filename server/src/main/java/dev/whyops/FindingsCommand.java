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
import dev.whyops.store.ControlPlaneFile;
import dev.whyops.store.sql.MigrationException;
import dev.whyops.vault.VaultException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** Prints findings of stored traces; for CI it also decides the exit code. */
final class FindingsCommand {
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

  private enum Format {
    TEXT,
    SARIF
  }

  /** What was asked for, checked before anything is opened. */
  private record Question(
      @Nullable String project, @Nullable String agent, Format format, Optional<Severity> failOn) {
    static Question of(ParseResult parsed) {
      Format format =
          switch (parsed.<String>matchedOptionValue("--format", "text")) {
            case "text" -> Format.TEXT;
            case "sarif" -> Format.SARIF;
            default -> throw new StartException("--format takes text or sarif");
          };
      Optional<String> failOn =
          Optional.ofNullable(parsed.<String>matchedOptionValue("--fail-on", null));
      Optional<Severity> severity = failOn.flatMap(Severity::ofWireName);
      if (failOn.isPresent() && severity.isEmpty()) {
        throw new StartException("--fail-on takes critical, high, medium or low");
      }
      return new Question(
          parsed.<String>matchedOptionValue("--project", null),
          parsed.<String>matchedOptionValue("--agent", null),
          format,
          severity);
    }

    boolean fails(Finding finding) {
      return failOn.isPresent() && Gate.exitCode(List.of(finding), failOn.get()) == Gate.FAIL;
    }
  }

  private static int judge(ParseResult parsed) {
    Question question = Question.of(parsed);
    Settings settings = StartCommand.settings(parsed);
    if (!ControlPlaneFile.exists(settings)) {
      throw new StartException(
          settings.databaseUrl().isPresent()
              ? "no server has started with the database of WHYOPS_DATABASE_URL yet"
              : "there is no data in " + settings.dataDir() + "; --data names another folder");
    }
    try (ControlPlane control = ControlPlane.open(settings, baseUrl -> {})) {
      ProjectScope scope = scope(control, question.project());
      if (question.agent() != null && !control.agentCatalog().isKnown(scope, question.agent())) {
        throw new StartException("there is no agent " + question.agent() + " in the project");
      }
      return tell(question, control.findings(), scope);
    } catch (ApiException e) {
      throw new StartException(e.text());
    }
  }

  private static ProjectScope scope(ControlPlane control, @Nullable String project) {
    if (project == null) {
      return new ProjectScope(control.firstProject().id());
    }
    return control
        .projects()
        .find(new ProjectId(project))
        .map(found -> new ProjectScope(found.id()))
        .orElseThrow(() -> new StartException("there is no project " + project));
  }

  private static int tell(Question question, FindingStore store, ProjectScope scope) {
    AtomicLong failing = new AtomicLong();
    AtomicLong count = new AtomicLong();
    Consumer<Finding> counter =
        finding -> {
          count.incrementAndGet();
          failing.addAndGet(question.fails(finding) ? 1 : 0);
        };
    switch (question.format()) {
      case SARIF -> {
        Sarif sarif = new Sarif(System.out, "0.1.0", "docs/why.md");
        worstFirst(question, store, scope, counter.andThen(sarif::add));
        sarif.end();
        System.out.println();
      }
      case TEXT -> {
        worstFirst(question, store, scope, counter.andThen(FindingsCommand::print));
        System.out.println(count + (count.get() == 1 ? " finding" : " findings"));
      }
    }
    return failing.get() > 0 ? Gate.FAIL : Gate.PASS;
  }

  private static void worstFirst(
      Question question, FindingStore store, ProjectScope scope, Consumer<Finding> to) {
    for (Severity severity : Severity.values()) {
      store.each(
          scope,
          FindingStore.Filter.of(severity),
          kept -> {
            if (question.agent() == null || question.agent().equals(kept.finding().agentName())) {
              to.accept(kept.finding());
            }
          });
    }
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
