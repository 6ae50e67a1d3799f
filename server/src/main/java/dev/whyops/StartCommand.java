package dev.whyops;

import dev.whyops.config.Setting;
import dev.whyops.config.Settings;
import dev.whyops.config.SettingsReader;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** {@code start}: both listeners, until a signal. Every setting is a flag. */
final class StartCommand {
  private StartCommand() {}

  static CommandSpec spec() {
    CommandSpec spec = spec("start");
    spec.usageMessage().description("Starts the gateway and the dashboard.");
    return spec;
  }

  /** A verb that takes every setting as a flag. */
  static CommandSpec spec(String name) {
    CommandSpec spec = spec(name, EnumSet.allOf(Setting.class));
    spec.usageMessage()
        .footer(
            "",
            "Every option is a WHYOPS_ variable too (--data-dir is WHYOPS_DATA_DIR)",
            "and a line of the config file (data-dir = ./data).");
    spec.addOption(
        OptionSpec.builder("--config")
            .paramLabel("FILE")
            .type(Path.class)
            .description("file of key = value lines")
            .build());
    return spec;
  }

  /** A verb that takes these settings as flags. */
  static CommandSpec spec(String name, Set<Setting> settings) {
    CommandSpec spec = CommandSpec.create().name(name).mixinStandardHelpOptions(true);
    spec.usageMessage().abbreviateSynopsis(true);
    for (Setting setting : settings) {
      spec.addOption(option(setting));
    }
    return spec;
  }

  private static OptionSpec option(Setting setting) {
    String name = "--" + setting.key();
    OptionSpec.Builder option =
        setting == Setting.DATA_DIR ? OptionSpec.builder("--data", name) : OptionSpec.builder(name);
    String defaultValue =
        setting.defaultValue().isEmpty() ? "" : " (" + setting.defaultValue() + ")";
    return option
        .paramLabel("VALUE")
        .type(String.class)
        .description((setting.description() + defaultValue).replace("%", "%%"))
        .build();
  }

  static Map<Setting, String> flags(ParseResult parsed) {
    Map<Setting, String> flags = new EnumMap<>(Setting.class);
    for (Setting setting : Setting.values()) {
      String value = parsed.matchedOptionValue("--" + setting.key(), "");
      if (!value.isEmpty()) {
        flags.put(setting, value);
      }
    }
    return flags;
  }

  static Settings settings(ParseResult parsed) {
    return SettingsReader.read(
        flags(parsed),
        System.getenv(),
        Optional.ofNullable(parsed.<Path>matchedOptionValue("--config", null)));
  }

  static int run(ParseResult parsed) {
    start(() -> settings(parsed));
    return Main.RUNNING;
  }

  /** Starts, says so, and stops with the first signal. */
  static Server start(Supplier<Settings> settings) {
    long began = System.nanoTime();
    Server server =
        StopSignal.obeyedBy(signal -> Server.start(settings.get(), signal::breakOffIfAsked));
    System.out.print(
        Banner.text(
            server.gatewayUrl(),
            server.dashboardUrl(),
            server.setupCode(),
            (System.nanoTime() - began) / 1e9));
    return server;
  }
}
