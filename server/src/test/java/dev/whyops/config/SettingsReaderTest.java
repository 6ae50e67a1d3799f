package dev.whyops.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsReaderTest {
  @Test
  void startsWithNothingSet() {
    Settings settings = read(Map.of(), Map.of());

    assertThat(settings.listeners().host()).isEqualTo("127.0.0.1");
    assertThat(settings.listeners().port()).isEqualTo(8080);
    assertThat(settings.listeners().dashboardPort()).isEqualTo(8081);
    assertThat(settings.traceIdle()).isEqualTo(Duration.ofSeconds(30));
    assertThat(settings.secretKeyFile()).isEqualTo(settings.dataDir().resolveSibling("whyops.key"));
  }

  @Test
  void takesTheFlagBeforeTheEnvironmentBeforeTheFile(@TempDir Path folder) throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("whyops.conf"),
            "# comment\nport = 1\ndashboard-port = 2\nhost = 127.0.0.3\n");

    Settings settings =
        SettingsReader.read(
            Map.of(Setting.PORT, "3"),
            Map.of("WHYOPS_PORT", "4", "WHYOPS_DASHBOARD_PORT", "5"),
            Optional.of(file));

    assertThat(settings.listeners().port()).isEqualTo(3);
    assertThat(settings.listeners().dashboardPort()).isEqualTo(5);
    assertThat(settings.listeners().host()).isEqualTo("127.0.0.3");
  }

  @Test
  void stopsAtAnUnknownVariableWithASuggestion() { // AU-24
    assertThatThrownBy(() -> read(Map.of(), Map.of("WHYOPS_DATA_DIRR", "x")))
        .isInstanceOf(SettingsException.class)
        .hasMessage("Variable WHYOPS_DATA_DIRR is unknown. Did you mean WHYOPS_DATA_DIR?");
  }

  @Test
  void stopsAtAnUnknownKeyOfTheFileWithItsLine(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("whyops.conf"), "\nprot = 1\n");

    assertThatThrownBy(() -> SettingsReader.read(Map.of(), Map.of(), Optional.of(file)))
        .hasMessageEndingWith("line 2: setting prot is unknown. Did you mean port?");
  }

  @Test
  void ignoresTheVariablesOfTheSdks() {
    Map<String, String> environment =
        Map.of(
            "WHYOPS_API_KEY", "k",
            "WHYOPS_AGENT_NAME", "a",
            "WHYOPS_PROXY_BASE_URL", "u",
            "WHYOPS_ANALYSE_BASE_URL", "u",
            "WHYOPS_ENABLED", "false");

    assertThat(read(Map.of(), environment).listeners().port()).isEqualTo(8080);
  }

  @Test
  void tellsAllProblemsAtOnce() {
    Map<Setting, String> flags =
        Map.of(
            Setting.PORT, "70000",
            Setting.TRACE_IDLE, "soon",
            Setting.PUBLIC_URL, "example",
            Setting.TLS_CERT_FILE, "cert.pem",
            Setting.EVENTS_URL, "clickhouse://127.0.0.1");

    assertThatThrownBy(() -> read(flags, Map.of()))
        .isInstanceOfSatisfying(SettingsException.class, e -> assertThat(e.problems()).hasSize(5));
  }

  @Test
  void refusesTwoListenersOnOnePort() {
    assertThatThrownBy(() -> read(Map.of(Setting.PORT, "8081"), Map.of()))
        .hasMessageContaining("two ports");
  }

  @Test
  void tellsWhereUsersReachTheListeners() {
    Map<Setting, String> flags =
        Map.of(
            Setting.HOST, "::",
            Setting.PUBLIC_GATEWAY_URL, "https://llm.example.com",
            Setting.TLS_CERT_FILE, "cert.pem",
            Setting.TLS_KEY_FILE, "key.pem");

    assertThat(read(Map.of(), Map.of()).gatewayUrl(8080)).hasToString("http://127.0.0.1:8080");
    assertThat(read(flags, Map.of()).dashboardUrl(1)).hasToString("https://127.0.0.1:1");
    assertThat(read(flags, Map.of()).gatewayUrl(1)).hasToString("https://llm.example.com");
    assertThat(read(Map.of(Setting.HOST, "::1"), Map.of()).dashboardUrl(2))
        .hasToString("http://[::1]:2");
  }

  @Test
  void printsNoSecret() {
    Settings settings =
        read(
            Map.of(),
            Map.of(
                "WHYOPS_BOOTSTRAP_OPENAI_API_KEY", "canary-1", "WHYOPS_BOOTSTRAP_API_KEY", "c2"));

    assertThat(settings.toString()).doesNotContain("canary-1").doesNotContain("c2");
  }

  private static Settings read(Map<Setting, String> flags, Map<String, String> environment) {
    return SettingsReader.read(flags, environment, Optional.empty());
  }
}
