package dev.whyops.dashboard;

import dev.whyops.http.ApiException;
import dev.whyops.json.Json;
import dev.whyops.view.SavedView;
import dev.whyops.view.SavedViews;
import java.time.Instant;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Saved views of the trace list: a query and its columns. */
final class ViewsApi {
  private final SavedViews views;

  ViewsApi(SavedViews views) {
    this.views = views;
  }

  record Item(
      String id,
      String name,
      String query,
      JsonNode columns,
      boolean shared,
      String createdBy,
      boolean mine,
      Instant createdAt) {}

  void addTo(RouteTable routes) {
    routes
        .getForPeople("/api/views", Access.READ, this::list)
        .post("/api/views", Access.READ, this::create)
        .patch("/api/views/{viewId}", Access.READ, this::update)
        .delete("/api/views/{viewId}", Access.READ, this::delete);
  }

  private Reply list(Call call) {
    return Reply.ok(
        Page.whole(views.list(call.member()).stream().map(view -> item(call, view)).toList()));
  }

  private Reply create(Call call) {
    SavedView view =
        views.create(
            call.member(),
            call.text("name"),
            call.body().path("shared").asBoolean(false),
            definition(call.body(), Json.mapper().createObjectNode()));
    return Reply.created(item(call, view));
  }

  private Reply update(Call call) {
    String id = call.path("viewId");
    SavedView before =
        views.list(call.member()).stream()
            .filter(view -> view.id().equals(id))
            .findFirst()
            .orElseThrow(() -> ApiException.notFound("view"));
    SavedView view =
        views.update(
            call.member(),
            id,
            call.body().path("name").asString(before.name()),
            call.body().path("shared").asBoolean(before.shared()),
            definition(call.body(), Json.mapper().readTree(before.definitionJson())));
    return Reply.ok(item(call, view));
  }

  private Reply delete(Call call) {
    views.delete(call.member(), call.path("viewId"));
    return Reply.none();
  }

  private static String definition(ObjectNode body, JsonNode before) {
    ObjectNode definition = Json.mapper().createObjectNode();
    definition.put("query", body.path("query").asString(before.path("query").asString("")));
    definition.set(
        "columns",
        body.has("columns")
            ? body.get("columns")
            : before.has("columns") ? before.get("columns") : Json.mapper().createArrayNode());
    return definition.toString();
  }

  private static Item item(Call call, SavedView view) {
    JsonNode definition = Json.mapper().readTree(view.definitionJson());
    return new Item(
        view.id(),
        view.name(),
        definition.path("query").asString(""),
        definition.has("columns") ? definition.get("columns") : Json.mapper().createArrayNode(),
        view.shared(),
        view.ownerId(),
        view.ownerId().equals(call.member().person().id()),
        view.createdAt());
  }
}
