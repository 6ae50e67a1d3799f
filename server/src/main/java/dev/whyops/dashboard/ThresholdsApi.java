package dev.whyops.dashboard;

import dev.whyops.auth.Membership;
import dev.whyops.auth.Permission;
import dev.whyops.evidence.FindingStore;
import dev.whyops.finding.Threshold;
import dev.whyops.finding.Thresholds;
import dev.whyops.http.ApiException;
import dev.whyops.project.ProjectScope;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/** The numbers that findings compare with, for the whole project. */
final class ThresholdsApi {
  private static final Access MANAGE = new Access.InProject(Permission.MANAGE_SETTINGS);

  private final FindingStore store;

  ThresholdsApi(FindingStore store) {
    this.store = store;
  }

  /** A threshold with the number in force. */
  record Item(String name, double normal, double value, double min, double max, String meaning) {}

  void addTo(RouteTable routes) {
    routes
        .get("/api/thresholds", Access.READ, this::list)
        .patch("/api/thresholds", MANAGE, this::set);
  }

  private Reply list(Call call) {
    return reply(call.project());
  }

  /** What is named changes; null takes back what was set. */
  private Reply set(Call call) {
    Membership by = call.member();
    Map<String, Double> overrides = new HashMap<>(store.thresholds(call.project()).overrides());
    Map<String, String> changes = new TreeMap<>();
    for (Map.Entry<String, JsonNode> entry : call.body().get("values").properties()) {
      String name = entry.getKey();
      Threshold known = known(name);
      if (entry.getValue().isNull()) {
        overrides.remove(name);
        changes.put(name, "normal");
        continue;
      }
      double value = entry.getValue().asDouble();
      if (!known.allows(value)) {
        throw ApiException.invalid(
            name,
            "invalid_threshold",
            name + " lies between " + known.min() + " and " + known.max() + ".");
      }
      overrides.put(name, value);
      changes.put(name, Double.toString(value));
    }
    store.saveThresholds(
        call.project(),
        new Thresholds(overrides),
        by.note("thresholds.changed", by.project().value(), changes));
    return reply(call.project());
  }

  private static Threshold known(String name) {
    return Thresholds.KNOWN.stream()
        .filter(threshold -> threshold.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                ApiException.invalid(
                    "values", "unknown_threshold", "There is no threshold " + name + "."));
  }

  private Reply reply(ProjectScope scope) {
    Map<String, Double> overrides = store.thresholds(scope).overrides();
    return Reply.ok(
        Page.whole(
            Thresholds.KNOWN.stream()
                .map(
                    t ->
                        new Item(
                            t.name(),
                            t.normal(),
                            overrides.getOrDefault(t.name(), t.normal()),
                            t.min(),
                            t.max(),
                            t.meaning()))
                .toList()));
  }
}
