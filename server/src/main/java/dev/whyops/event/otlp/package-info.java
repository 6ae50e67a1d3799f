/**
 * What do OpenTelemetry spans tell? Reading order: {@link dev.whyops.event.otlp.OtlpHandler},
 * {@link dev.whyops.event.otlp.OtlpSpan}, {@link dev.whyops.event.otlp.ProtobufSpans}, {@link
 * dev.whyops.event.otlp.JsonSpans}, {@link dev.whyops.event.otlp.SpanEvents}.
 */
@NullMarked
package dev.whyops.event.otlp;

import org.jspecify.annotations.NullMarked;
