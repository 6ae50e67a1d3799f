package dev.whyops.event.otlp;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads an export request in protobuf. */
final class ProtobufSpans {
  private ProtobufSpans() {}

  static List<OtlpSpan> read(byte[] body, SpanRoom room) throws InvalidProtocolBufferException {
    List<OtlpSpan> spans = new ArrayList<>();
    for (ResourceSpans resource :
        ExportTraceServiceRequest.parseFrom(body).getResourceSpansList()) {
      Map<String, Object> about =
          attributes(resource.getResource().getAttributesList(), new ArrayList<>());
      for (ScopeSpans scope : resource.getScopeSpansList()) {
        for (Span span : scope.getSpansList()) {
          spans.add(room.hold(span(span, scope.getScope().getName(), about)));
        }
      }
    }
    return spans;
  }

  private static OtlpSpan span(Span span, String scope, Map<String, Object> resource) {
    List<String> faults = new ArrayList<>();
    Map<String, Object> attributes = attributes(span.getAttributesList(), faults);
    String traceId = hex(span.getTraceId());
    String spanId = hex(span.getSpanId());
    OtlpSpan.check(traceId, spanId, span.getEndTimeUnixNano(), attributes, faults);
    if (span.getKind() == Span.SpanKind.UNRECOGNIZED
        || span.getStatus().getCode() == Status.StatusCode.UNRECOGNIZED) {
      faults.add("unknown kind or status");
    }
    List<OtlpSpan.SpanEvent> events = new ArrayList<>();
    for (Span.Event event : span.getEventsList()) {
      events.add(
          new OtlpSpan.SpanEvent(
              event.getName(),
              event.getTimeUnixNano(),
              attributes(event.getAttributesList(), faults)));
    }
    return new OtlpSpan(
        traceId,
        spanId,
        span.getParentSpanId().isEmpty() ? null : hex(span.getParentSpanId()),
        span.getName(),
        scope,
        span.getStartTimeUnixNano(),
        span.getEndTimeUnixNano(),
        attributes,
        resource,
        events,
        span.getStatus().getCodeValue(),
        span.getStatus().getMessage(),
        faults);
  }

  private static Map<String, Object> attributes(List<KeyValue> list, List<String> faults) {
    Map<String, Object> attributes = new LinkedHashMap<>();
    for (KeyValue pair : list) {
      if (attributes.put(pair.getKey(), value(pair.getValue())) != null) {
        faults.add("an attribute stands there twice");
      }
    }
    return attributes;
  }

  private static Object value(AnyValue value) {
    return switch (value.getValueCase()) {
      case STRING_VALUE -> value.getStringValue();
      case BOOL_VALUE -> value.getBoolValue();
      case INT_VALUE -> value.getIntValue();
      case DOUBLE_VALUE -> value.getDoubleValue();
      case BYTES_VALUE -> value.getBytesValue().toByteArray();
      case ARRAY_VALUE ->
          value.getArrayValue().getValuesList().stream().map(ProtobufSpans::value).toList();
      case KVLIST_VALUE -> attributes(value.getKvlistValue().getValuesList(), new ArrayList<>());
      default -> "";
    };
  }

  private static String hex(ByteString bytes) {
    return HexFormat.of().formatHex(bytes.toByteArray());
  }
}
