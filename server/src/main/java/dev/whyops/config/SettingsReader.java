package dev.whyops.config;

import dev.whyops.config.Settings.Bootstrap;
import dev.whyops.config.Settings.JournalSync;
import dev.whyops.config.Settings.Listeners;
import dev.whyops.config.Settings.Tls;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Reads settings from flags, then the environment, then the config file, then the defaults. An
 * unknown key or variable stops the start with the nearest known one, and all problems are told at
 * once. Empty text counts as absent.
 */
public final class SettingsReader {
  /** Variables of the SDKs, which may well be set where the server runs. */
  private static final Set<String> SDK_VARIABLES =
      Set.of(
          "WHYOPS_API_KEY",
          "WHYOPS_AGENT_NAME",
          "WHYOPS_PROXY_BASE_URL",
          "WHYOPS_ANALYSE_BASE_URL",
          "WHYOPS_ENABLED");

  private final Map<Setting, String> values = new EnumMap<>(Setting.class);
  private final List<String> problems = new ArrayList<>();

  private SettingsReader() {}

  /**
   * @throws SettingsException with every problem found
   */
  public static Settings read(
      Map<Setting, String> flags, Map<String, String> environment, Optional<Path> configFile) {
    return new SettingsReader().readAll(flags, environment, configFile);
  }

  private Settings readAll(
      Map<Setting, String> flags, Map<String, String> environment, Optional<Path> configFile) {
    configFile.ifPresent(this::readFile);
    readEnvironment(environment);
    flags.forEach(this::put);
    Settings settings = build();
    if (!problems.isEmpty()) {
      throw new SettingsException(problems);
    }
    return settings;
  }

  private void readFile(Path file) {
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (IOException e) {
      problems.add("The config file " + file + " cannot be read.");
      return;
    }
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (!line.isEmpty() && !line.startsWith("#")) {
        readLine(line, file + " line " + (i + 1));
      }
    }
  }

  private void readLine(String line, String place) {
    int equals = line.indexOf('=');
    if (equals < 1) {
      problems.add(place + " is not of the form key = value.");
      return;
    }
    String key = line.substring(0, equals).strip();
    Setting.ofKey(key)
        .ifPresentOrElse(
            setting -> put(setting, line.substring(equals + 1).strip()),
            () -> problems.add(unknown(place + ": setting " + key, key, keys())));
  }

  private void readEnvironment(Map<String, String> environment) {
    environment.forEach(
        (name, value) -> {
          if (name.startsWith("WHYOPS_") && !SDK_VARIABLES.contains(name)) {
            Setting.ofVariable(name)
                .ifPresentOrElse(
                    setting -> put(setting, value),
                    () -> problems.add(unknown("Variable " + name, name, variables())));
          }
        });
  }

  private void put(Setting setting, String value) {
    if (!value.isBlank()) {
      values.put(setting, value.strip());
    }
  }

  private static Stream<String> keys() {
    return Arrays.stream(Setting.values()).map(Setting::key);
  }

  private static Stream<String> variables() {
    return Arrays.stream(Setting.values()).map(Setting::variable);
  }

  private static String unknown(String what, String name, Stream<String> known) {
    return what
        + " is unknown."
        + Nearest.of(name, known).map(nearest -> " Did you mean " + nearest + "?").orElse("");
  }

  private Settings build() {
    Path dataDir = Path.of(text(Setting.DATA_DIR)).toAbsolutePath().normalize();
    if (optional(Setting.EVENTS_URL).isPresent()) {
      problems.add("WHYOPS_EVENTS_URL is set, but ClickHouse is not supported yet. Unset it.");
    }
    return new Settings(
        listeners(),
        dataDir,
        optional(Setting.SECRET_KEY_FILE)
            .map(file -> Path.of(file).toAbsolutePath().normalize())
            .orElseGet(() -> dataDir.resolveSibling("whyops.key")),
        optional(Setting.DATABASE_URL),
        tls(),
        list(Setting.TRUSTED_PROXIES),
        list(Setting.EGRESS_ALLOW),
        bootstrap(),
        journalSync(),
        number(Setting.JOURNAL_MAX_BYTES, 64L << 20, Long.MAX_VALUE),
        duration(Setting.TRACE_IDLE),
        duration(Setting.SHUTDOWN_GRACE));
  }

  private Listeners listeners() {
    int port = (int) number(Setting.PORT, 0, 65_535);
    int dashboardPort = (int) number(Setting.DASHBOARD_PORT, 0, 65_535);
    if (port != 0 && port == dashboardPort) {
      problems.add("port and dashboard-port are both " + port + "; they need two ports.");
    }
    return new Listeners(
        text(Setting.HOST),
        port,
        dashboardPort,
        optional(Setting.PUBLIC_URL).map(url -> url(Setting.PUBLIC_URL, url)),
        optional(Setting.PUBLIC_GATEWAY_URL).map(url -> url(Setting.PUBLIC_GATEWAY_URL, url)));
  }

  private Tls tls() {
    Optional<Path> cert = optional(Setting.TLS_CERT_FILE).map(Path::of);
    Optional<Path> key = optional(Setting.TLS_KEY_FILE).map(Path::of);
    if (cert.isPresent() != key.isPresent()) {
      problems.add("tls-cert-file and tls-key-file belong together; only one of them is set.");
    }
    return new Tls(cert, key);
  }

  private Bootstrap bootstrap() {
    Optional<String> email = optional(Setting.BOOTSTRAP_EMAIL);
    Optional<String> password = optional(Setting.BOOTSTRAP_PASSWORD);
    if (email.isPresent() != password.isPresent()) {
      problems.add("bootstrap-email and bootstrap-password belong together.");
    }
    return new Bootstrap(
        email,
        password,
        optional(Setting.BOOTSTRAP_API_KEY),
        optional(Setting.BOOTSTRAP_OPENAI_API_KEY),
        url(Setting.BOOTSTRAP_OPENAI_BASE_URL, text(Setting.BOOTSTRAP_OPENAI_BASE_URL)),
        optional(Setting.BOOTSTRAP_ANTHROPIC_API_KEY),
        url(Setting.BOOTSTRAP_ANTHROPIC_BASE_URL, text(Setting.BOOTSTRAP_ANTHROPIC_BASE_URL)));
  }

  private JournalSync journalSync() {
    return switch (text(Setting.JOURNAL_SYNC)) {
      case "group" -> JournalSync.GROUP;
      case "interval-50ms" -> JournalSync.INTERVAL_50MS;
      case "none" -> JournalSync.NONE;
      default -> {
        problems.add("journal-sync is one of group, interval-50ms, none.");
        yield JournalSync.GROUP;
      }
    };
  }

  private String text(Setting setting) {
    return values.getOrDefault(setting, setting.defaultValue());
  }

  private Optional<String> optional(Setting setting) {
    return Optional.of(text(setting)).filter(value -> !value.isEmpty());
  }

  private List<String> list(Setting setting) {
    return Arrays.stream(text(setting).split(",", -1))
        .map(String::strip)
        .filter(item -> !item.isEmpty())
        .toList();
  }

  private long number(Setting setting, long min, long max) {
    try {
      long value = Long.parseLong(text(setting));
      if (value >= min && value <= max) {
        return value;
      }
    } catch (NumberFormatException e) {
      // told below, like a number out of range
    }
    problems.add(setting.key() + " is a whole number from " + min + " to " + max + ".");
    return min;
  }

  private Duration duration(Setting setting) {
    String value = text(setting).toLowerCase(Locale.ROOT);
    try {
      if (value.endsWith("ms")) {
        return Duration.ofMillis(Long.parseLong(value.substring(0, value.length() - 2)));
      }
      return Duration.parse("PT" + value);
    } catch (RuntimeException e) {
      problems.add(setting.key() + " is a time such as 500ms, 30s, 5m or 1h.");
      return Duration.ZERO;
    }
  }

  private URI url(Setting setting, String value) {
    try {
      URI url = new URI(value);
      if (url.getHost() != null
          && ("http".equals(url.getScheme()) || "https".equals(url.getScheme()))) {
        return url;
      }
    } catch (URISyntaxException e) {
      // told below, like a URL without host
    }
    problems.add(setting.key() + " is a URL that begins with http:// or https://.");
    return URI.create("http://invalid");
  }
}
