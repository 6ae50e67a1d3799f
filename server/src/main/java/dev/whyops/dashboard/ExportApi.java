package dev.whyops.dashboard;

import dev.whyops.audit.AuditLog;
import dev.whyops.json.Json;
import dev.whyops.pricing.PriceBook;
import dev.whyops.project.ProjectScope;
import dev.whyops.tenancy.Prices;
import dev.whyops.trace.TraceDetail;
import dev.whyops.why.graph.Mermaid;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonEncoding;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;

/**
 * A trace as a file: as the API shows it, as a diagram, or as OpenTelemetry spans. Written while it
 * is read, so that its length costs no memory; a reader that leaves ends it.
 */
final class ExportApi {
  private final WholeTrace whole;
  private final GraphApi graphs;
  private final Prices prices;
  private final FindingCountsOf counts;
  private final AuditLog audit;

  ExportApi(
      WholeTrace whole, GraphApi graphs, Prices prices, FindingCountsOf counts, AuditLog audit) {
    this.counts = counts;
    this.whole = whole;
    this.graphs = graphs;
    this.prices = prices;
    this.audit = audit;
  }

  void addTo(RouteTable routes) {
    routes.get("/api/traces/{traceId}/export", Access.READ, this::export);
  }

  private Reply export(Call call) {
    ProjectScope scope = call.project();
    String traceId = TracesApi.traceId(call);
    TraceDetail first = whole.first(scope, traceId);
    String format = call.query("format").orElse("json");
    audit.append(scope, call.note("trace.exported", traceId, Map.of("format", format)));
    Reply reply =
        switch (format) {
          case "mermaid" ->
              Reply.bytes(
                  "text/vnd.mermaid; charset=utf-8",
                  Mermaid.of(graphs.graph(scope, traceId)).getBytes(StandardCharsets.UTF_8));
          case "otlp" -> Reply.stream("application/json", out -> otlp(scope, traceId, first, out));
          default -> Reply.stream("application/json", out -> json(scope, traceId, first, out));
        };
    String suffix =
        format.equals("mermaid") ? ".mmd" : format.equals("otlp") ? ".otlp.json" : ".json";
    // Opened in a tab, the file can do nothing: its words are those of models and users.
    return reply
        .with("Content-Disposition", "attachment; filename=\"trace" + suffix + "\"")
        .with("Content-Security-Policy", "sandbox");
  }

  private void json(ProjectScope scope, String traceId, TraceDetail first, OutputStream out)
      throws IOException {
    PriceBook book = prices.book(scope);
    TraceJson.Detail head =
        new TraceJson.Detail(
            counts.trace(scope, first.summary()),
            first.versions(),
            first.completeness(),
            List.of(),
            null);
    // Closed only when it is whole: closing ends what is open, and a torn file would look whole.
    JsonGenerator json = Json.mapper().createGenerator(out, JsonEncoding.UTF8);
    try {
      json.writeStartObject();
      for (Map.Entry<String, JsonNode> field : Json.mapper().valueToTree(head).properties()) {
        if (!field.getKey().equals("events")) {
          json.writeName(field.getKey());
          json.writePOJO(field.getValue());
        }
      }
      json.writeName("events");
      json.writeStartArray();
      whole.each(
          scope, traceId, first, event -> json.writePOJO(TraceJson.EventItem.of(event, book)));
      json.writeEndArray();
      json.writeEndObject();
      json.close();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private void otlp(ProjectScope scope, String traceId, TraceDetail first, OutputStream out)
      throws IOException {
    try {
      OtlpSpans.Plan plan = new OtlpSpans.Plan();
      whole.each(scope, traceId, first, plan::see);
      OtlpSpans spans = new OtlpSpans(first.summary(), plan, out);
      whole.each(scope, traceId, first, spans::write);
      spans.end();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }
}
