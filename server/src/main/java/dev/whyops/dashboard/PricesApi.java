package dev.whyops.dashboard;

import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.whyops.auth.Permission;
import dev.whyops.json.Json;
import dev.whyops.tenancy.Prices;

/** A project's own prices, which come before those of the book. */
final class PricesApi {
  private static final Access MANAGE = new Access.InProject(Permission.MANAGE_SETTINGS);

  private final Prices prices;

  PricesApi(Prices prices) {
    this.prices = prices;
  }

  /**
   * @param rows as they were given
   */
  record Item(int bookVersion, @JsonRawValue String rows) {}

  void addTo(RouteTable routes) {
    routes
        .getForPeople("/api/projects/{projectId}/prices", Access.READ, this::find)
        .put("/api/projects/{projectId}/prices", MANAGE, this::save);
  }

  private Reply find(Call call) {
    return Reply.ok(new Item(prices.book(call.project()).version(), prices.find(call.member())));
  }

  private Reply save(Call call) {
    prices.save(call.member(), Json.mapper().writeValueAsString(call.body().path("rows")));
    return find(call);
  }
}
