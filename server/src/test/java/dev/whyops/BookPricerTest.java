package dev.whyops;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.pricing.PriceBook;
import dev.whyops.project.ProjectId;
import dev.whyops.project.ProjectScope;
import dev.whyops.provider.ProviderType;
import dev.whyops.provider.Usage;
import dev.whyops.record.Pricer;
import dev.whyops.route.ProjectProviders;
import dev.whyops.route.ProviderRef;
import dev.whyops.route.Providers;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BookPricerTest {
  @ParameterizedTest
  @CsvSource({
    "openai, http://127.0.0.1:9/v1, openai/gpt-4o",
    "eu, https://api.openai.com/v1, openai/gpt-4o",
    "local, http://127.0.0.1:9/v1, ",
    "gone, , "
  })
  void knowsTheSellerBySlugOrHost(String slug, @Nullable String baseUrl, @Nullable String rowId) {
    Pricer pricer = new BookPricer(_ -> PriceBook.builtIn(), new Fixed(slug, baseUrl));
    assertThat(pricer.price(question(slug)).rowId()).isEqualTo(rowId);
  }

  private static Pricer.Question question(String slug) {
    return new Pricer.Question(
        new ProjectId("prj_1"),
        slug,
        "gpt-4o",
        null,
        null,
        new Usage(10L, 0L, 0L, 0L, 5L, 0L, "OA_CHAT", false),
        null,
        false,
        Instant.parse("2026-01-01T00:00:00Z"));
  }

  /** One provider, or none without a base URL. */
  private record Fixed(String slug, @Nullable String baseUrl) implements Providers {
    @Override
    public Optional<ProjectProviders> cached(ProjectScope scope) {
      return Optional.empty();
    }

    @Override
    public ProjectProviders load(ProjectScope scope) {
      return new ProjectProviders(
          baseUrl == null
              ? List.of()
              : List.of(
                  new ProviderRef(
                      "p1",
                      slug,
                      ProviderType.OPENAI,
                      URI.create(baseUrl),
                      true,
                      false,
                      false,
                      ProviderRef.Timeouts.DEFAULT,
                      0,
                      null)));
    }

    @Override
    public Optional<String> cachedCredential(ProjectScope scope, ProviderRef provider) {
      return Optional.empty();
    }

    @Override
    public String credential(ProjectScope scope, ProviderRef provider) {
      return "";
    }
  }
}
