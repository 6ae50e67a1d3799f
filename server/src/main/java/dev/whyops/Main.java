package dev.whyops;

import dev.whyops.config.SettingsException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** Reads the command line and runs one verb. Exit codes: 0 done, 1 failed, 2 called wrongly. */
@Command(name = "whyops", description = "An LLM proxy that records why your agent did what it did.")
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    CommandLine line = new CommandLine(new Main());
    line.addSubcommand("start", StartCommand.spec())
        .addSubcommand("demo", DemoCommand.spec())
        .addSubcommand("findings", FindingsCommand.spec())
        .addSubcommand("setup-code", OperatorCommands.setupCode())
        .addSubcommand("rotate-key", OperatorCommands.rotateKey())
        .addSubcommand("redrive", OperatorCommands.redrive())
        .addSubcommand("backup", OperatorCommands.backup())
        .addSubcommand("restore", OperatorCommands.restore());
    line.setExecutionStrategy(Main::run).setParameterExceptionHandler(Main::calledWrongly);
    int exitCode = line.execute(args);
    if (exitCode != RUNNING) {
      System.exit(exitCode);
    }
  }

  /** A verb's answer when the process goes on by its own threads. */
  static final int RUNNING = -1;

  private static int run(ParseResult parsed) {
    ParseResult verb = parsed.hasSubcommand() ? parsed.subcommand() : parsed;
    CommandSpec spec = verb.commandSpec();
    if (verb.isUsageHelpRequested() || verb == parsed) {
      spec.commandLine().usage(System.out);
      return 0;
    }
    try {
      return switch (spec.name()) {
        case "start" -> StartCommand.run(verb);
        case "demo" -> DemoCommand.run(verb);
        case "findings" -> FindingsCommand.run(verb);
        case "setup-code" -> OperatorCommands.setupCode(verb);
        case "rotate-key" -> OperatorCommands.rotateKey(verb);
        case "redrive" -> OperatorCommands.redrive(verb);
        case "backup" -> OperatorCommands.backup(verb);
        case "restore" -> OperatorCommands.restore(verb);
        default -> throw new ParameterException(spec.commandLine(), "unknown verb " + spec.name());
      };
    } catch (SettingsException e) {
      e.problems().forEach(problem -> System.err.println("whyops: " + problem));
      return 2;
    } catch (StartException e) {
      System.err.println("whyops: " + e.getMessage());
      return 1;
    } catch (StopSignal.StartBrokenOff e) {
      return RUNNING; // whoever got the signal ends the process
    }
  }

  private static int calledWrongly(ParameterException e, String[] args) {
    System.err.println("whyops: " + e.getMessage());
    return 2;
  }
}
