package dev.whyops.dashboard;

import dev.whyops.auth.ApiKey;
import dev.whyops.auth.ApiKeyDesk;
import dev.whyops.auth.KeyLimits;
import dev.whyops.auth.Permission;
import dev.whyops.auth.Scope;
import dev.whyops.http.ApiException;
import dev.whyops.project.Environment;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** API keys. The key itself stands in the answer to its creation and nowhere else, ever. */
final class ApiKeysApi {
  private static final Access CREATE = new Access.InProject(Permission.CREATE_API_KEYS);
  private static final String LIST = "api-keys";

  private final ApiKeyDesk desk;
  private final Cursors cursors;

  ApiKeysApi(ApiKeyDesk desk, Cursors cursors) {
    this.desk = desk;
    this.cursors = cursors;
  }

  record Limits(
      @Nullable Integer requestsPerMinute,
      @Nullable Long tokensPerMinute,
      @Nullable Integer concurrentCalls,
      @Nullable String monthlyBudgetUsd) {}

  /** A key as it is shown. */
  record Item(
      String id,
      String name,
      String prefix,
      String last4,
      String environment,
      List<String> scopes,
      @Nullable String boundProviderId,
      @Nullable String defaultAgent,
      Limits limits,
      String createdBy,
      Instant createdAt,
      @Nullable Instant expiresAt,
      @Nullable Instant lastUsedAt,
      @Nullable Instant revokedAt,
      @Nullable Instant rotationAdvisedAt) {
    static Item of(ApiKey key) {
      KeyLimits limits = key.limits();
      return new Item(
          key.id(),
          key.name(),
          key.prefix(),
          key.last4(),
          key.environment().name(),
          key.scopes().stream().sorted().map(s -> s.name().toLowerCase(Locale.ROOT)).toList(),
          key.boundProviderId(),
          key.defaultAgent(),
          new Limits(
              limits.requestsPerMinute(),
              limits.tokensPerMinute(),
              limits.concurrentCalls(),
              Usd.text(limits.monthlyBudgetNanoUsd())),
          key.createdBy(),
          key.createdAt(),
          key.expiresAt(),
          key.lastUsedAt(),
          key.revokedAt(),
          key.rotationAdvisedAt());
    }
  }

  record Created(Item apiKey, String key) {}

  void addTo(RouteTable routes) {
    routes
        .getForPeople("/api/api-keys", Access.READ, this::list)
        .post("/api/api-keys", CREATE, this::create)
        .getForPeople("/api/api-keys/{keyId}", Access.READ, this::one)
        .delete("/api/api-keys/{keyId}", CREATE, this::revoke);
  }

  private Reply list(Call call) {
    @Nullable String before =
        call.query("cursor")
            .map(cursor -> cursors.open(call.project(), LIST, cursor, 1).getFirst())
            .orElse(null);
    List<ApiKey> rows = desk.list(call.member(), before, call.limit() + 1);
    return Reply.ok(
        Page.of(
            rows,
            call.limit(),
            Item::of,
            last -> cursors.sign(call.project(), LIST, List.of(last.id()))));
  }

  private Reply one(Call call) {
    return Reply.ok(
        desk.find(call.member(), call.path("keyId"))
            .map(Item::of)
            .orElseThrow(() -> ApiException.notFound("API key")));
  }

  private Reply create(Call call) {
    @Nullable String expiresAt = call.textOrNull("expiresAt");
    ApiKeyDesk.Wish wish =
        new ApiKeyDesk.Wish(
            call.text("name"),
            Environment.valueOf(call.text("environment")),
            scopes(call.body()),
            call.textOrNull("defaultAgent"),
            call.textOrNull("boundProviderId"),
            expiresAt == null ? null : QueryRule.time("expiresAt", expiresAt),
            limits(call.body().path("limits")));
    ApiKeyDesk.Created created = desk.create(call.member(), wish);
    return Reply.created(new Created(Item.of(created.key()), created.secret().reveal()));
  }

  private Reply revoke(Call call) {
    desk.revoke(call.member(), call.path("keyId"));
    return Reply.none();
  }

  private static Set<Scope> scopes(ObjectNode body) {
    Set<Scope> scopes = EnumSet.noneOf(Scope.class);
    body.get("scopes").forEach(scope -> scopes.add(Call.constant(Scope.class, scope.asString())));
    return scopes;
  }

  private static KeyLimits limits(JsonNode given) {
    return new KeyLimits(
        given.hasNonNull("requestsPerMinute") ? given.get("requestsPerMinute").asInt() : null,
        given.hasNonNull("tokensPerMinute") ? given.get("tokensPerMinute").asLong() : null,
        given.hasNonNull("concurrentCalls") ? given.get("concurrentCalls").asInt() : null,
        given.hasNonNull("monthlyBudgetUsd")
            ? Usd.nano("monthlyBudgetUsd", given.get("monthlyBudgetUsd").asString())
            : null);
  }
}
