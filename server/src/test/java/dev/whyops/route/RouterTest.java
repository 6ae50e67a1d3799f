package dev.whyops.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.provider.ProviderType;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The order in which the provider of a call is chosen: each rule beats all that follow. */
class RouterTest {
  private static final Router ROUTER = new Router("http://dashboard/providers");

  private static ProviderRef provider(String slug, ProviderType type, boolean isDefault) {
    return new ProviderRef(
        "prv_" + slug,
        slug,
        type,
        URI.create("https://" + slug + ".example"),
        isDefault,
        slug.startsWith("slashes"),
        false,
        ProviderRef.Timeouts.DEFAULT,
        0,
        null);
  }

  private static final ProviderRef FIRST = provider("first", ProviderType.OPENAI, false);
  private static final ProviderRef STANDARD = provider("standard", ProviderType.OPENAI, true);
  private static final ProviderRef ISSUER = provider("issuer", ProviderType.OPENAI, false);
  private static final ProviderRef BOUND = provider("bound", ProviderType.OPENAI, false);
  private static final ProviderRef SLASHES = provider("slashes", ProviderType.OPENAI, false);
  private static final ProviderRef OTHER = provider("other", ProviderType.ANTHROPIC, true);
  private static final ProjectProviders ALL =
      new ProjectProviders(List.of(FIRST, STANDARD, ISSUER, BOUND, SLASHES, OTHER));

  private static Router.Ask ask(
      @Nullable String path,
      @Nullable String issuer,
      @Nullable String model,
      @Nullable String key) {
    return new Router.Ask(ProviderType.OPENAI, true, path, issuer, model, false, key, "shop");
  }

  private static Route route(Router.Ask ask) {
    return ROUTER.route(ALL, ask);
  }

  private static void refused(Route route, int status, String code) {
    assertThat(route)
        .isInstanceOfSatisfying(
            Route.Refused.class,
            refusal -> {
              assertThat(refusal.status()).isEqualTo(status);
              assertThat(refusal.code()).isEqualTo(code);
            });
  }

  @Test
  void eachRuleBeatsThoseBehindIt() {
    assertThat(route(ask("first", "issuer", "slashes/m", "prv_bound")))
        .isEqualTo(new Route.To(FIRST, false));
    assertThat(route(ask(null, "issuer", "slashes/m", "prv_bound")))
        .isEqualTo(new Route.To(ISSUER, false));
    assertThat(route(ask(null, null, "slashes/m", "prv_bound")))
        .isEqualTo(new Route.To(SLASHES, true));
    assertThat(route(ask(null, null, "m", "prv_bound"))).isEqualTo(new Route.To(BOUND, false));
    assertThat(route(ask(null, null, "m", null))).isEqualTo(new Route.To(STANDARD, false));
    assertThat(
            ROUTER.route(new ProjectProviders(List.of(FIRST, OTHER)), ask(null, null, "m", null)))
        .isEqualTo(new Route.To(FIRST, false));
  }

  @Test
  @DisplayName("an issuer that the project no longer has is no issuer")
  void aGoneIssuerIsPassedOver() {
    assertThat(route(ask(null, "gone", "m", null))).isEqualTo(new Route.To(STANDARD, false));
  }

  @Test
  @DisplayName("never another company than asked: unknown slugs, bound keys of gone providers")
  void neverAnotherCompany() {
    refused(route(ask("nobody", null, "m", null)), 404, "unknown_provider");
    refused(route(ask(null, null, "nobody/m", null)), 404, "unknown_provider");
    refused(route(ask(null, null, "m", "prv_gone")), 400, "provider_not_configured");
    assertThat(route(ask(null, null, "org/m", "prv_slashes")))
        .as("uncut to a provider whose own names have slashes")
        .isEqualTo(new Route.To(SLASHES, false));
  }

  @Test
  void theDialectOfTheRouteHolds() {
    refused(route(ask("other", null, "m", null)), 400, "provider_dialect_mismatch");
    refused(route(ask(null, null, "other/m", null)), 400, "provider_dialect_mismatch");
    refused(route(ask(null, null, "m", "prv_other")), 400, "provider_dialect_mismatch");
    Router.Ask free =
        new Router.Ask(ProviderType.OPENAI, false, "other", null, null, false, null, "shop");
    assertThat(route(free)).isEqualTo(new Route.To(OTHER, false));
  }

  @Test
  void severalOrNoneIsToldWithThePlaceToMendIt() {
    Route several =
        ROUTER.route(new ProjectProviders(List.of(FIRST, BOUND)), ask(null, null, "m", null));
    refused(several, 400, "provider_not_configured");
    Route none = ROUTER.route(new ProjectProviders(List.of()), ask(null, null, "m", null));
    assertThat(none)
        .isEqualTo(
            new Route.Refused(
                400,
                "provider_not_configured",
                "No OpenAI provider is configured for project shop. Add one under Providers in the"
                    + " dashboard: http://dashboard/providers"));
    Router.Ask unreadable =
        new Router.Ask(ProviderType.OPENAI, true, null, null, null, true, null, "shop");
    refused(route(unreadable), 400, "model_not_readable");
  }
}
