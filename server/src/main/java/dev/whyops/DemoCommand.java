package dev.whyops;

import dev.whyops.auth.KeyFormat;
import dev.whyops.config.Setting;
import dev.whyops.config.SettingsReader;
import dev.whyops.fake.FakeLlm;
import dev.whyops.fake.SampleAgent;
import dev.whyops.project.Environment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/**
 * {@code demo}: the real server beside a scripted provider and a sample agent that fills the
 * dashboard. Keeps its data in {@code ./data-demo}, uses no network but the loopback, and never
 * touches {@code ./data}.
 */
final class DemoCommand {
  private static final Logger LOG = LoggerFactory.getLogger(DemoCommand.class);
  private static final String EMAIL = "demo@localhost.example";
  private static final long SEED = 7;
  private static final int PROVIDER_PORTS_FROM = 18_190;
  private static final int PROVIDER_PORTS_TO = 18_290;

  private static final Set<Setting> LISTENERS =
      EnumSet.of(Setting.HOST, Setting.PORT, Setting.DASHBOARD_PORT);
  private static final Set<Setting> FLAGS =
      EnumSet.of(Setting.HOST, Setting.PORT, Setting.DASHBOARD_PORT, Setting.DATA_DIR);

  private DemoCommand() {}

  static CommandSpec spec() {
    CommandSpec spec = StartCommand.spec("demo", FLAGS);
    spec.usageMessage()
        .description(
            "Starts everything with a scripted provider and a sample agent; no key, no network.",
            "Its data stay in ./data-demo, unless --data says otherwise.")
        .footer(
            "",
            "Of the environment only WHYOPS_HOST, WHYOPS_PORT and WHYOPS_DASHBOARD_PORT",
            "count, so that a demo never comes near the stores that others name.");
    return spec;
  }

  /** What a first start made up; later starts find it beside the demo's data. */
  private record Login(String password, String apiKey, int providerPort) {
    static Login of(Path dataDir) throws IOException {
      Path file = dataDir.resolve("demo-login");
      if (Files.exists(file)) {
        List<String> lines = Files.readAllLines(file);
        return new Login(lines.get(0), lines.get(1), Integer.parseInt(lines.get(2)));
      }
      SecureRandom random = new SecureRandom();
      byte[] bytes = new byte[6];
      random.nextBytes(bytes);
      Login login =
          new Login(
              HexFormat.of().formatHex(bytes),
              KeyFormat.generate(Environment.DEVELOPMENT, random).reveal(),
              freePort());
      Files.createDirectories(
          dataDir,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      Files.writeString(file, login.password + "\n" + login.apiKey + "\n" + login.providerPort);
      return login;
    }
  }

  /** It is kept, so it is none of those that the system gives to any connection. */
  private static int freePort() throws IOException {
    for (int port = PROVIDER_PORTS_FROM; port < PROVIDER_PORTS_TO; port++) {
      try (FakeLlm probe = FakeLlm.start(port)) {
        return probe.port();
      } catch (IOException e) {
        continue; // somebody has it
      }
    }
    try (FakeLlm probe = FakeLlm.start(0)) {
      return probe.port();
    }
  }

  static int run(ParseResult parsed) {
    Map<Setting, String> flags = new EnumMap<>(StartCommand.flags(parsed));
    Path dataDir =
        Path.of(flags.getOrDefault(Setting.DATA_DIR, "./data-demo")).toAbsolutePath().normalize();
    try {
      Login login = Login.of(dataDir);
      FakeLlm provider =
          FakeLlm.start(
              FakeLlm.Options.DEFAULT
                  .withoutLog()
                  .port(login.providerPort())
                  .key("sk-demo")
                  .director(SampleAgent.director()));
      flags.put(Setting.DATA_DIR, dataDir.toString());
      flags.put(Setting.SECRET_KEY_FILE, dataDir.resolve("whyops.key").toString());
      flags.put(Setting.EGRESS_ALLOW, "127.0.0.1/32");
      flags.put(Setting.BOOTSTRAP_EMAIL, EMAIL);
      flags.put(Setting.BOOTSTRAP_PASSWORD, login.password());
      flags.put(Setting.BOOTSTRAP_API_KEY, login.apiKey());
      flags.put(Setting.BOOTSTRAP_OPENAI_API_KEY, "sk-demo");
      flags.put(Setting.BOOTSTRAP_OPENAI_BASE_URL, provider.openAiUrl().toString());
      flags.put(Setting.BOOTSTRAP_ANTHROPIC_API_KEY, "sk-demo");
      flags.put(Setting.BOOTSTRAP_ANTHROPIC_BASE_URL, provider.url().toString());
      Server server =
          StartCommand.start(
              () -> SettingsReader.read(flags, listeners(System.getenv()), Optional.empty()));
      System.out.printf("%n  log in with  %s%n  password     %s%n%n", EMAIL, login.password());
      Thread.ofVirtual().name("sample-agent").start(() -> play(server, login));
      return Main.RUNNING;
    } catch (IOException e) {
      throw new StartException(
          "the demo cannot use " + dataDir + ": " + e.getMessage() + "; delete it or use --data");
    }
  }

  private static Map<String, String> listeners(Map<String, String> environment) {
    Map<String, String> listeners = new HashMap<>(environment);
    listeners.keySet().retainAll(LISTENERS.stream().map(Setting::variable).toList());
    return listeners;
  }

  private static void play(Server server, Login login) {
    try {
      SampleAgent.run(server.gatewayUrl(), login.apiKey(), SEED);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOG.warn("sample_agent_ended cause={}", e.toString());
    }
  }
}
