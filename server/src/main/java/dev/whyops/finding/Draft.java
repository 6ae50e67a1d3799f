package dev.whyops.finding;

import dev.whyops.why.view.Fact;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A finding while a rule writes it down. */
public final class Draft {
  final Severity severity;
  final double confidence;
  final String title;
  final List<Finding.Ref> evidence = new ArrayList<>();
  final Map<String, Object> thresholds = new LinkedHashMap<>();
  @Nullable String tool;
  @Nullable String path;
  String action = "";
  String detail = "";
  String kind = "";
  boolean ofVersion;

  private Draft(Severity severity, double confidence, String title) {
    this.severity = severity;
    this.confidence = confidence;
    this.title = title;
  }

  public static Draft of(Severity severity, double confidence, String title) {
    return new Draft(severity, confidence, title);
  }

  public Draft at(Fact fact) {
    return at(fact, null);
  }

  public Draft at(Fact fact, @Nullable String where) {
    evidence.add(new Finding.Ref(fact.id(), where));
    return this;
  }

  public Draft tool(@Nullable String name) {
    this.tool = name;
    return this;
  }

  public Draft path(@Nullable String where) {
    this.path = where;
    return this;
  }

  /** What tells kinds of this fault apart across traces, beside tool and path. */
  public Draft kind(String name) {
    this.kind = name;
    return this;
  }

  public Draft advice(String toDo, String how) {
    this.action = toDo;
    this.detail = how;
    return this;
  }

  public Draft threshold(String name, Object value) {
    thresholds.put(name, value);
    return this;
  }

  /** It is the version's fault and not this trace's. */
  public Draft ofVersion() {
    this.ofVersion = true;
    return this;
  }
}
