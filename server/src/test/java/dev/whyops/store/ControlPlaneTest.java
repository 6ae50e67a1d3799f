package dev.whyops.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.whyops.agent.AgentVersion;
import dev.whyops.auth.Caller;
import dev.whyops.auth.KeyCheck;
import dev.whyops.auth.KeyFormat;
import dev.whyops.auth.Scope;
import dev.whyops.auth.Sessions;
import dev.whyops.config.Settings;
import dev.whyops.project.Environment;
import dev.whyops.provider.ProviderType;
import dev.whyops.route.ProviderRef;
import dev.whyops.store.sqlite.SqliteDatabase;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControlPlaneTest {
  private static final String PASSWORD = "a good password";

  @TempDir Path folder;

  @Test
  void theFirstStartCreatesWhatTheSettingsName() {
    String key = KeyFormat.generate(Environment.PRODUCTION, new SecureRandom()).reveal();
    try (ControlPlane plane = open(bootstrap(key))) {
      assertBootstrapped(plane, key);
    }
    // Later starts change nothing, whatever the settings say.
    String other = KeyFormat.generate(Environment.PRODUCTION, new SecureRandom()).reveal();
    try (ControlPlane plane = open(bootstrap(other))) {
      assertBootstrapped(plane, key);
      assertThat(plane.apiKeys().check(other)).isInstanceOf(KeyCheck.Rejected.class);
    }
  }

  @Test
  void agentsAreVersionedByTheirDefinition() {
    try (ControlPlane plane = open(nothing())) {
      var scope = plane.firstProject().scope();
      AgentVersion first =
          plane
              .agents()
              .init(scope, Environment.PRODUCTION, "shop", "{\"systemPrompt\":\"a\",\"tools\":[]}");
      AgentVersion same =
          plane
              .agents()
              .init(
                  scope, Environment.PRODUCTION, "shop", "{ \"tools\":[], \"systemPrompt\":\"a\"}");
      assertThat(first.created()).isTrue();
      assertThat(same.created()).isFalse();
      assertThat(same.agentVersionId()).isEqualTo(first.agentVersionId());
      assertThat(
              plane
                  .agents()
                  .observe(
                      scope,
                      Environment.PRODUCTION,
                      "shop",
                      "{\"systemPrompt\":\"x\"}",
                      plane.clock().instant())
                  .agentVersionId())
          .isEqualTo(first.agentVersionId());
    }
  }

  private static void assertBootstrapped(ControlPlane plane, String key) {
    assertThat(plane.apiKeys().cached(key)).isEmpty();
    Caller caller = ((KeyCheck.Accepted) plane.apiKeys().check(key)).caller();
    assertThat(caller.projectName()).isEqualTo("default");
    assertThat(caller.environment()).isEqualTo(Environment.PRODUCTION);
    assertThat(caller.scopes()).containsExactlyInAnyOrder(Scope.values());
    assertThat(plane.apiKeys().cached(key)).isPresent();

    ProviderRef openAi =
        plane.providers().load(caller.scope()).ofType(ProviderType.OPENAI).getFirst();
    assertThat(openAi.injectUsage()).isTrue();
    assertThat(plane.providers().credential(caller.scope(), openAi)).isEqualTo("sk-openai-canary");

    Sessions.Ticket ticket =
        plane.accounts().login("Owner@Example.com", PASSWORD, InetAddress.getLoopbackAddress());
    assertThat(plane.accounts().signedIn(ticket.token().reveal())).contains(ticket.signedIn());
    assertThat(plane.accounts().needsSetup()).isFalse();
    assertThat(plane.audit().firstBroken(caller.scope())).isEmpty();
  }

  private ControlPlane open(Settings.Bootstrap bootstrap) {
    return ControlPlane.open(
        SqliteDatabase.open(folder.resolve("control.db")),
        folder.resolve("whyops.key"),
        bootstrap,
        url -> {},
        Clock.systemUTC(),
        Ticker.systemTicker());
  }

  private static Settings.Bootstrap nothing() {
    return new Settings.Bootstrap(
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        URI.create("https://api.openai.com/v1"),
        Optional.empty(),
        URI.create("https://api.anthropic.com"));
  }

  private static Settings.Bootstrap bootstrap(String apiKey) {
    return new Settings.Bootstrap(
        Optional.of("owner@example.com"),
        Optional.of(PASSWORD),
        Optional.of(apiKey),
        Optional.of("sk-openai-canary"),
        URI.create("https://api.openai.com/v1"),
        Optional.of("sk-ant-canary"),
        URI.create("https://api.anthropic.com"));
  }
}
