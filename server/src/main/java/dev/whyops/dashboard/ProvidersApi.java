package dev.whyops.dashboard;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.whyops.auth.Permission;
import dev.whyops.provider.ProviderType;
import dev.whyops.route.Provider;
import dev.whyops.route.ProviderDesk;
import dev.whyops.route.ProviderProbe;
import dev.whyops.route.ProviderRef;
import dev.whyops.vault.Secret;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Configured providers. Of a key only the last four characters are ever shown. */
final class ProvidersApi {
  private static final Access MANAGE = new Access.InProject(Permission.MANAGE_PROVIDERS);
  private static final int TESTS_MAX = 10_000;

  private final ProviderDesk desk;
  private final ProviderProbe probe;
  private final Clock clock;

  private final ProbeRates probeRates = new ProbeRates();

  /** The last test of each provider since the start, by provider id. */
  private final Cache<String, Test> tests = Caffeine.newBuilder().maximumSize(TESTS_MAX).build();

  ProvidersApi(ProviderDesk desk, ProviderProbe probe, Clock clock) {
    this.desk = desk;
    this.probe = probe;
    this.clock = clock;
  }

  record Test(String result, Instant at) {}

  record Tested(String result) {}

  record Patience(long connectMs, long headMs, long silenceMs) {}

  /** A provider as it is shown. */
  record Item(
      String id,
      String name,
      String slug,
      String type,
      String baseUrl,
      String keyLast4,
      boolean active,
      @JsonProperty("default") boolean isDefault,
      boolean acceptsSlashes,
      boolean injectUsage,
      Patience timeouts,
      int retries,
      @Nullable String fallback,
      @Nullable Test lastTest,
      Instant createdAt,
      Instant updatedAt) {}

  void addTo(RouteTable routes) {
    routes
        .getForPeople("/api/providers", Access.READ, this::list)
        .post("/api/providers", MANAGE, this::create)
        .getForPeople("/api/providers/{providerId}", Access.READ, this::one)
        .patch("/api/providers/{providerId}", MANAGE, this::update)
        .delete("/api/providers/{providerId}", MANAGE, this::delete)
        .post("/api/providers/{providerId}/test", MANAGE, this::test);
  }

  private Reply list(Call call) {
    return Reply.ok(Page.whole(desk.list(call.member()).stream().map(this::item).toList()));
  }

  private Reply one(Call call) {
    return Reply.ok(item(desk.find(call.member(), call.path("providerId"))));
  }

  private Reply create(Call call) {
    ObjectNode body = call.body();
    ProviderDesk.Wish wish =
        new ProviderDesk.Wish(
            call.text("name"),
            call.text("slug"),
            Call.constant(ProviderType.class, call.text("type")),
            call.text("baseUrl"),
            new Secret(call.text("apiKey")),
            body.path("default").asBoolean(false),
            body.path("acceptsSlashes").asBoolean(false),
            body.has("injectUsage") ? body.get("injectUsage").asBoolean() : null,
            timeouts(body, ProviderRef.Timeouts.DEFAULT),
            body.path("retries").asInt(0),
            call.textOrNull("fallback"),
            body.path("active").asBoolean(true));
    return Reply.created(item(desk.create(call.member(), wish)));
  }

  private Reply update(Call call) {
    Provider before = desk.find(call.member(), call.path("providerId"));
    ProviderRef ref = before.ref();
    ObjectNode body = call.body();
    @Nullable String key = call.textOrNull("apiKey");
    ProviderDesk.Wish wish =
        new ProviderDesk.Wish(
            body.path("name").asString(before.name()),
            body.path("slug").asString(ref.slug()),
            ref.type(),
            body.path("baseUrl").asString(ref.baseUrl().toString()),
            key == null ? null : new Secret(key),
            body.path("default").asBoolean(ref.isDefault()),
            body.path("acceptsSlashes").asBoolean(ref.acceptsSlashes()),
            body.path("injectUsage").asBoolean(ref.injectUsage()),
            timeouts(body, ref.timeouts()),
            body.path("retries").asInt(ref.retries()),
            call.has("fallback") ? call.textOrNull("fallback") : ref.fallbackSlug(),
            body.path("active").asBoolean(before.active()));
    tests.invalidate(ref.id());
    return Reply.ok(item(desk.update(call.member(), ref.id(), wish)));
  }

  private Reply delete(Call call) {
    desk.delete(call.member(), call.path("providerId"));
    return Reply.none();
  }

  private Reply test(Call call) {
    Provider provider = desk.find(call.member(), call.path("providerId"));
    probeRates.demand(call.member().person().id());
    ProviderProbe.Result result =
        probe.probe(call.project(), provider.ref(), call.textOrNull("model"));
    tests.put(provider.ref().id(), new Test(result.wireName(), clock.instant()));
    return Reply.ok(new Tested(result.wireName()));
  }

  private static ProviderRef.Timeouts timeouts(ObjectNode body, ProviderRef.Timeouts before) {
    JsonNode given = body.path("timeouts");
    return new ProviderRef.Timeouts(
        millis(given, "connectMs", before.connect()),
        millis(given, "headMs", before.head()),
        millis(given, "silenceMs", before.silence()));
  }

  private static Duration millis(JsonNode given, String field, Duration before) {
    return given.has(field) ? Duration.ofMillis(given.get(field).asLong()) : before;
  }

  private Item item(Provider provider) {
    ProviderRef ref = provider.ref();
    ProviderRef.Timeouts timeouts = ref.timeouts();
    return new Item(
        ref.id(),
        provider.name(),
        ref.slug(),
        ref.type().name().toLowerCase(Locale.ROOT),
        ref.baseUrl().toString(),
        provider.keyLast4(),
        provider.active(),
        ref.isDefault(),
        ref.acceptsSlashes(),
        ref.injectUsage(),
        new Patience(
            timeouts.connect().toMillis(),
            timeouts.head().toMillis(),
            timeouts.silence().toMillis()),
        ref.retries(),
        ref.fallbackSlug(),
        tests.getIfPresent(ref.id()),
        provider.createdAt(),
        provider.updatedAt());
  }
}
