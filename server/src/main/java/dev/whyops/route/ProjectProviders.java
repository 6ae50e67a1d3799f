package dev.whyops.route;

import dev.whyops.provider.ProviderType;
import java.util.List;
import java.util.Optional;

/** All active providers of one project at one moment; immutable. */
public record ProjectProviders(List<ProviderRef> all) {
  public ProjectProviders {
    all = List.copyOf(all);
  }

  public Optional<ProviderRef> bySlug(String slug) {
    return all.stream().filter(p -> p.slug().equals(slug)).findFirst();
  }

  public Optional<ProviderRef> byId(String id) {
    return all.stream().filter(p -> p.id().equals(id)).findFirst();
  }

  public List<ProviderRef> ofType(ProviderType type) {
    return all.stream().filter(p -> p.type() == type).toList();
  }
}
