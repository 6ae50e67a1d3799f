package dev.whyops.route;

import dev.whyops.provider.ProviderType;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the provider of a call by the fixed order: path, issuer of the response that the call
 * names, slug in {@code model}, the key's bound provider, the project's default, its only one.
 * Never another company than asked. Pure and thread-safe.
 */
public final class Router {
  private final String providersPage;

  /**
   * @param providersPage where a provider can be added, told in refusals
   */
  public Router(String providersPage) {
    this.providersPage = providersPage;
  }

  /**
   * What is known about a call.
   *
   * @param dialectFixed the route belongs to one dialect; else {@code dialect} is only the likely
   *     one and a provider named in the path decides
   * @param pathSlug from {@code /providers/{slug}/v1/…}
   * @param issuerSlug provider that issued the recorded response which the call names
   * @param model top-level {@code model} of the body; null when absent or no string
   * @param modelUnreadable the body of a recorded JSON route could not be read as far as its model
   */
  public record Ask(
      ProviderType dialect,
      boolean dialectFixed,
      @Nullable String pathSlug,
      @Nullable String issuerSlug,
      @Nullable String model,
      boolean modelUnreadable,
      @Nullable String boundProviderId,
      String projectName) {}

  public Route route(ProjectProviders providers, Ask ask) {
    if (ask.pathSlug() != null) {
      return named(providers.bySlug(ask.pathSlug()), ask, false);
    }
    if (ask.issuerSlug() != null) {
      Optional<ProviderRef> issuer = providers.bySlug(ask.issuerSlug());
      if (issuer.isPresent()) {
        return sameDialect(issuer.get(), ask, false);
      }
    }
    if (ask.modelUnreadable() && providers.ofType(ask.dialect()).size() > 1) {
      return new Route.Refused(
          400,
          "model_not_readable",
          "The body names no model that can be read, and the project has several "
              + label(ask.dialect())
              + " providers. Send JSON with a model, or name the provider in the path:"
              + " /providers/{slug}/v1/…");
    }
    return byModel(providers, ask);
  }

  private Route byModel(ProjectProviders providers, Ask ask) {
    int slash = ask.model() == null ? -1 : ask.model().indexOf('/');
    if (ask.model() == null || slash < 0) {
      return byDefault(providers, ask);
    }
    Optional<ProviderRef> named = providers.bySlug(ask.model().substring(0, slash));
    if (named.isPresent()) {
      return sameDialect(named.get(), ask, true);
    }
    Route next = byDefault(providers, ask);
    return next instanceof Route.To to && to.provider().acceptsSlashes() ? next : unknown();
  }

  private Route byDefault(ProjectProviders providers, Ask ask) {
    if (ask.boundProviderId() != null) {
      Optional<ProviderRef> bound = providers.byId(ask.boundProviderId());
      return bound.isPresent() ? sameDialect(bound.get(), ask, false) : notConfigured(ask);
    }
    List<ProviderRef> candidates = providers.ofType(ask.dialect());
    Optional<ProviderRef> byDefault =
        candidates.stream().filter(ProviderRef::isDefault).findFirst();
    if (byDefault.isPresent()) {
      return new Route.To(byDefault.get(), false);
    }
    return candidates.size() == 1
        ? new Route.To(candidates.getFirst(), false)
        : several(ask, candidates);
  }

  private Route named(Optional<ProviderRef> provider, Ask ask, boolean cutSlug) {
    return provider.isPresent() ? sameDialect(provider.get(), ask, cutSlug) : unknown();
  }

  private static Route sameDialect(ProviderRef provider, Ask ask, boolean cutSlug) {
    if (provider.type() == ask.dialect() || !ask.dialectFixed()) {
      return new Route.To(provider, cutSlug);
    }
    return new Route.Refused(
        400,
        "provider_dialect_mismatch",
        "The provider "
            + provider.slug()
            + " speaks the "
            + label(provider.type())
            + " API, and this is a route of the "
            + label(ask.dialect())
            + " API.");
  }

  private Route several(Ask ask, List<ProviderRef> candidates) {
    if (candidates.isEmpty()) {
      return notConfigured(ask);
    }
    return new Route.Refused(
        400,
        "provider_not_configured",
        "Project "
            + ask.projectName()
            + " has several "
            + label(ask.dialect())
            + " providers and none of them is the default. Choose one under Providers in the"
            + " dashboard: "
            + providersPage);
  }

  private Route notConfigured(Ask ask) {
    return new Route.Refused(
        400,
        "provider_not_configured",
        "No "
            + label(ask.dialect())
            + " provider is configured for project "
            + ask.projectName()
            + ". Add one under Providers in the dashboard: "
            + providersPage);
  }

  /** One text for a foreign and a random slug. */
  private static Route unknown() {
    return new Route.Refused(
        404,
        "unknown_provider",
        "The model's prefix or the path names a provider that this project does not have.");
  }

  private static String label(ProviderType type) {
    return switch (type) {
      case OPENAI -> "OpenAI";
      case ANTHROPIC -> "Anthropic";
    };
  }
}
