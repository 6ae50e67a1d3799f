package dev.whyops.metrics;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * All figures of one server. Each feature registers its own, once, when it is composed; a name that
 * is taken twice stops the start.
 *
 * <p>Names are lower case with underscores, begin with {@code whyops_} and end in their unit
 * ({@code _seconds}, {@code _bytes}); the client adds {@code _total} to counters. Label values come
 * from closed sets only: never from ids, names or texts of users. Thread-safe.
 */
public final class Metrics {
  public static final String CONTENT_TYPE = PrometheusTextFormatWriter.CONTENT_TYPE;

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final PrometheusTextFormatWriter writer =
      PrometheusTextFormatWriter.builder().setIncludeCreatedTimestamps(false).build();

  public Counter counter(String name, String help, String... labels) {
    return Counter.builder().name(name).help(help).labelNames(labels).register(registry);
  }

  /** A figure that is read when it is asked for; {@code value} must return at once. */
  public void gauge(String name, String help, DoubleSupplier value) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .callback(gauge -> gauge.call(value.getAsDouble()))
        .register(registry);
  }

  /** A count that somebody else keeps and that only rises; {@code value} must return at once. */
  public void count(String name, String help, LongSupplier value) {
    CounterWithCallback.builder()
        .name(name)
        .help(help)
        .callback(counter -> counter.call(value.getAsLong()))
        .register(registry);
  }

  /** The same by one label; {@code values} must return at once and hold a closed set of keys. */
  public void counts(String name, String help, String label, Supplier<Map<String, Long>> values) {
    CounterWithCallback.builder()
        .name(name)
        .help(help)
        .labelNames(label)
        .callback(counter -> values.get().forEach((key, count) -> counter.call(count, key)))
        .register(registry);
  }

  public Histogram seconds(String name, String help, double[] upperBounds, String... labels) {
    return Histogram.builder()
        .name(name)
        .help(help)
        .classicOnly()
        .classicUpperBounds(upperBounds)
        .labelNames(labels)
        .register(registry);
  }

  public void write(OutputStream out) throws IOException {
    writer.write(out, registry.scrape());
  }
}
