package dev.whyops.finding;

import java.util.Map;

/**
 * Numbers that rules compare with, where a project has set its own. Names are {@code CODE.name},
 * such as {@code LATENCY_OUTLIER.aboveMs}.
 */
public record Thresholds(Map<String, Double> overrides) {
  public static final Thresholds DEFAULT = new Thresholds(Map.of());

  public Thresholds {
    overrides = Map.copyOf(overrides);
  }

  public double of(String code, String name, double normal) {
    return overrides.getOrDefault(code + "." + name, normal);
  }

  public long whole(String code, String name, long normal) {
    return Math.round(of(code, name, normal));
  }
}
