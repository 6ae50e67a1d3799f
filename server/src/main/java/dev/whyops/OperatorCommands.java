package dev.whyops;

import dev.whyops.config.Settings;
import dev.whyops.http.ApiException;
import dev.whyops.journal.DirectoryLock;
import dev.whyops.journal.JournalException;
import dev.whyops.store.ControlPlane;
import dev.whyops.store.ControlPlaneFile;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/**
 * The verbs of an operator at the console. All but {@code setup-code} work on a stopped server, and
 * the data directory's lock sees to that.
 */
final class OperatorCommands {
  private OperatorCommands() {}

  static CommandSpec setupCode() {
    CommandSpec spec = StartCommand.spec("setup-code");
    spec.usageMessage()
        .description(
            "Prints a one-time link: for the first account while there is none, else to reset the",
            "password of an owner. The server may run.");
    spec.addOption(
        OptionSpec.builder("--email")
            .paramLabel("ADDRESS")
            .type(String.class)
            .description("which owner; without it the first one")
            .build());
    return spec;
  }

  static int setupCode(ParseResult parsed) {
    Settings settings = StartCommand.settings(parsed);
    try (ControlPlane control = ControlPlane.open(settings, baseUrl -> {})) {
      boolean first = control.accounts().needsSetup();
      String code =
          control
              .accounts()
              .issueCode(Optional.ofNullable(parsed.<String>matchedOptionValue("--email", null)))
              .reveal();
      URI dashboard = settings.dashboardUrl(settings.listeners().dashboardPort());
      System.out.println(
          first
              ? "Create the first account:\n  " + dashboard + "/setup#code=" + code
              : "Set a new password:\n  " + dashboard + "/reset#code=" + code);
      return 0;
    } catch (ApiException e) {
      throw new StartException(e.text());
    }
  }

  static CommandSpec rotateKey() {
    CommandSpec spec = StartCommand.spec("rotate-key");
    spec.usageMessage()
        .description(
            "Makes a new key file and wraps all secrets anew. Stop the server first. When it is",
            "killed half-way, the next start goes on where it stopped.");
    return spec;
  }

  static int rotateKey(ParseResult parsed) {
    Settings settings = StartCommand.settings(parsed);
    return locked(
        settings,
        () -> {
          try (ControlPlane control = ControlPlane.open(settings, baseUrl -> {})) {
            control.vault().rotateKey();
          }
          System.out.println(
              "All secrets are wrapped by a new key in " + settings.secretKeyFile() + ".");
        });
  }

  static CommandSpec redrive() {
    CommandSpec spec = StartCommand.spec("redrive");
    spec.usageMessage()
        .description(
            "Puts the frames of the dead letter into the journal again; the next start stores",
            "them. Stop the server first.");
    return spec;
  }

  static int redrive(ParseResult parsed) {
    Settings settings = StartCommand.settings(parsed);
    return locked(
        settings,
        () -> {
          try (ControlPlane control = ControlPlane.open(settings, baseUrl -> {});
              EventPlane events = EventPlane.open(settings, control)) {
            events.drain().start();
            int count = events.deadLetter().redrive(events.journal());
            System.out.println(count + (count == 1 ? " frame" : " frames") + " sent again.");
          }
        });
  }

  static CommandSpec backup() {
    return archive(
        "backup",
        "Writes all data, with the control plane of WHYOPS_DATABASE_URL where that is set, but"
            + " without the key file, to FILE. Stop the server first, and keep the key file in"
            + " another place.");
  }

  static CommandSpec restore() {
    return archive(
        "restore",
        "Puts the data of a backup into an empty data folder, and its control plane into the empty"
            + " database of WHYOPS_DATABASE_URL where that is set.");
  }

  private static CommandSpec archive(String name, String description) {
    CommandSpec spec = StartCommand.spec(name);
    spec.usageMessage().description(description);
    spec.addPositional(
        PositionalParamSpec.builder().paramLabel("FILE").arity("1").type(Path.class).build());
    return spec;
  }

  static int backup(ParseResult parsed) {
    Settings settings = StartCommand.settings(parsed);
    Path file = parsed.matchedPositionalValue(0, Path.of("whyops-backup.zip"));
    return locked(
        settings,
        () -> {
          long bytes =
              settings.databaseUrl().isPresent()
                  ? writeWithDatabase(settings, file)
                  : Archive.write(settings.dataDir(), Optional.empty(), file);
          System.out.printf("%,d bytes of data are in %s.%n", bytes, file);
          System.out.println("Without " + settings.secretKeyFile() + " they cannot be used.");
        });
  }

  private static long writeWithDatabase(Settings settings, Path file) throws IOException {
    Path scratch = Files.createTempDirectory("whyops-backup");
    Path controlPlane = scratch.resolve(ControlPlane.FILE);
    try {
      ControlPlaneFile.write(settings, controlPlane);
      return Archive.write(settings.dataDir(), Optional.of(controlPlane), file);
    } finally {
      Files.deleteIfExists(controlPlane);
      Files.delete(scratch);
    }
  }

  static int restore(ParseResult parsed) {
    Settings settings = StartCommand.settings(parsed);
    Path file = parsed.matchedPositionalValue(0, Path.of("whyops-backup.zip"));
    return locked(
        settings,
        () -> {
          if (settings.databaseUrl().isPresent()) {
            ControlPlaneFile.requireUnused(settings);
          }
          int count = Archive.read(file, settings.dataDir());
          if (settings.databaseUrl().isPresent()) {
            Path controlPlane = settings.dataDir().resolve(ControlPlane.FILE);
            ControlPlaneFile.read(controlPlane, settings);
            Files.delete(controlPlane);
          }
          System.out.println(count + " files are in " + settings.dataDir() + ".");
          System.out.println("Put the key file to " + settings.secretKeyFile() + " and start.");
        });
  }

  private interface Work {
    void run() throws IOException;
  }

  private static int locked(Settings settings, Work work) {
    try (DirectoryLock lock = DirectoryLock.take(settings.dataDir())) {
      work.run();
      return 0;
    } catch (JournalException e) {
      throw new StartException(String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw new StartException(String.valueOf(e.getMessage()));
    }
  }
}
