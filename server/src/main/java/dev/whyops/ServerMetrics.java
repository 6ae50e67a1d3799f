package dev.whyops;

import dev.whyops.intake.Intake;
import dev.whyops.log.DroppingAppender;
import dev.whyops.metrics.Metrics;
import dev.whyops.proxy.GatewayCounters;
import java.util.function.LongSupplier;

/**
 * What the server tells Prometheus. docs/self-hosting.md explains each of them, and a test keeps
 * the two equal.
 */
final class ServerMetrics {
  private ServerMetrics() {}

  static Metrics of(
      GatewayCounters counters, EventPlane events, Intake intake, LongSupplier findingsSkipped) {
    Metrics metrics = new Metrics();
    calls(metrics, counters, events);
    ingest(metrics, intake);
    journal(metrics, events);
    metrics.count(
        "whyops_findings_skipped",
        "Traces that are not judged by themselves, because too many waited.",
        findingsSkipped);
    metrics.gauge(
        "whyops_heap_used_bytes",
        "Heap in use, garbage included.",
        () -> Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory());
    return metrics;
  }

  private static void calls(Metrics metrics, GatewayCounters counters, EventPlane events) {
    metrics.count("whyops_calls", "Calls relayed since the start.", counters::calls);
    metrics.count(
        "whyops_late_records",
        "Calls whose end did not wait for their record.",
        counters::lateRecords);
    metrics.count(
        "whyops_capture_gaps",
        "Calls of which something could not be kept.",
        () -> counters.captureGaps() + events.captureGaps());
    metrics.count(
        "whyops_keys_echoed",
        "Answers in which a provider sent its credential back.",
        counters::keysEchoed);
    metrics.count(
        "whyops_log_lines_dropped",
        "Log lines that a blocked output cost.",
        DroppingAppender::droppedLines);
    metrics.count(
        "whyops_clients_gone", "Clients that left before the end.", counters::clientsGone);
    metrics.count(
        "whyops_broken_answers",
        "Answers that broke off because the provider did.",
        counters::brokenAnswers);
    metrics.count(
        "whyops_continuity_late",
        "Calls that began a new trace because the look-up was late.",
        counters::continuityLate);
    metrics.count(
        "whyops_continuity_dropped",
        "Facts for later calls that were not kept because too many waited.",
        events.issued()::dropped);
    metrics.count(
        "whyops_provider_retries", "Further attempts, fallbacks included.", counters::retries);
    metrics.count(
        "whyops_upstream_connects", "Connections opened to providers.", counters::upstreamConnects);
    metrics.count(
        "whyops_upstream_reuses", "Calls that used an open connection.", counters::upstreamReuses);
    metrics.count(
        "whyops_provider_failures", "Calls that no provider answered.", counters::providerFailures);
  }

  private static void ingest(Metrics metrics, Intake intake) {
    metrics.count(
        "whyops_events_accepted", "Runtime events stored.", () -> intake.total().accepted());
    metrics.count(
        "whyops_events_duplicate",
        "Runtime events that were known already.",
        () -> intake.total().duplicates());
    metrics.count(
        "whyops_events_sampled_out",
        "Runtime events that sampling left out.",
        () -> intake.total().sampledOut());
    metrics.counts(
        "whyops_rejected", "Requests refused, by code.", "reason", () -> intake.total().rejected());
  }

  private static void journal(Metrics metrics, EventPlane events) {
    metrics.gauge(
        "whyops_journal_behind_frames",
        "Frames in the journal that the store does not have yet.",
        () -> events.drain().progress().behindFrames());
    metrics.gauge(
        "whyops_journal_backlog_bytes",
        "Bytes of journal on disk.",
        () -> events.journal().stats().backlogBytes());
    metrics.gauge(
        "whyops_dead_letter_frames",
        "Frames that the store refused.",
        () -> events.deadLetter().count());
    metrics.gauge(
        "whyops_journal_lag_seconds",
        "Age of the last stored frame when it was stored.",
        () -> events.drain().progress().lagNs() / 1e9);
    metrics.count(
        "whyops_journal_failed_syncs",
        "Syncs that the disk refused.",
        () -> events.journal().stats().failedSyncs());
    metrics.gauge(
        "whyops_journal_damaged_bytes",
        "Bytes that recovery had to step over.",
        () -> events.journal().stats().damagedBytes());
    metrics.gauge(
        "whyops_event_files_damaged",
        "Files of events that could not be read and were set aside.",
        () -> events.store().damagedFiles());
    metrics.count(
        "whyops_drain_restarts",
        "Runs of the store's writer that ended with an error.",
        () -> events.drain().progress().restarts());
  }
}
