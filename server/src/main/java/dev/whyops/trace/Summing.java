package dev.whyops.trace;

import dev.whyops.event.Event;
import dev.whyops.event.EventType;
import dev.whyops.pricing.Cost;
import dev.whyops.provider.Usage;
import dev.whyops.record.Landed;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Adds up the events of one trace. The rules are those of the stored sums that lists read. */
final class Summing {
  private int llmCalls;
  private int errors;
  private boolean failed;
  private boolean failedForGood;
  private int unnamedCalls;
  private final Set<String> namedCalls = new HashSet<>();
  private final Set<String> models = new TreeSet<>();
  private long input;
  private long cacheRead;
  private long cacheWrite;
  private long output;
  private long reasoning;
  private long cost;
  private boolean priced;
  private boolean unpriced;
  private Cost.Kind weakest = Cost.Kind.REPORTED;
  private Instant started = Instant.MAX;
  private Instant ended = Instant.MIN;
  private Instant received = Instant.MIN;
  private @Nullable String externalUser;
  private String preview = "";

  private Summing() {}

  static TraceSummary sum(List<Landed> ordered, Instant idleSince) {
    Summing sums = new Summing();
    ordered.forEach(sums::add);
    return sums.summary(ordered, idleSince);
  }

  private void add(Landed landed) {
    Event event = landed.event();
    Event.Facts facts = event.facts();
    Instant end = TraceAssembler.at(landed);
    Instant start = facts.latencyUs() == null ? end : end.minusNanos(facts.latencyUs() * 1_000);
    started = start.isBefore(started) ? start : started;
    ended = end.isAfter(ended) ? end : ended;
    received = landed.receivedAt().isAfter(received) ? landed.receivedAt() : received;
    externalUser =
        event.place().externalUserId() == null ? externalUser : event.place().externalUserId();
    if (facts.model() != null) {
      models.add(facts.model());
    }
    addKind(event);
    addUsage(facts.usage());
    addCost(event.type(), facts.cost());
    if (preview.isEmpty() && event.type() == EventType.USER_MESSAGE) {
      String text = Preview.of(event.contentJson());
      preview = text == null ? "" : text;
    }
  }

  private void addKind(Event event) {
    boolean ok = event.facts().status().equals("ok");
    switch (event.type()) {
      case LLM_RESPONSE, EMBEDDING_RESPONSE -> {
        llmCalls++;
        failed = !ok;
        errors += event.facts().status().equals("error") ? 1 : 0;
      }
      case TOOL_CALL_REQUEST, TOOL_CALL_RESPONSE, TOOL_RESULT -> {
        String callId = event.facts().toolCallId();
        if (callId != null) {
          namedCalls.add(callId);
        } else if (event.type() != EventType.TOOL_CALL_RESPONSE) {
          unnamedCalls++;
        }
        failed |= !ok;
        errors += event.facts().status().equals("error") ? 1 : 0;
      }
      case ERROR -> {
        errors++;
        failed = true;
        failedForGood |= event.source() == Event.Source.SDK;
      }
      case USER_MESSAGE, LLM_THINKING, EMBEDDING_REQUEST, AGENT_MESSAGE, SYSTEM_MESSAGE -> {}
    }
  }

  private void addUsage(@Nullable Usage usage) {
    if (usage != null) {
      input += or0(usage.allInput());
      cacheRead += or0(usage.allCacheRead());
      cacheWrite += or0(usage.cacheWrite5m()) + or0(usage.cacheWrite1h());
      output += or0(usage.allOutput());
      reasoning += or0(usage.reasoning());
    }
  }

  private void addCost(EventType type, Cost c) {
    Long nano = c.nanoUsd();
    if (nano != null) {
      cost += nano;
      priced = true;
      weakest = c.kind().compareTo(weakest) > 0 ? c.kind() : weakest;
    } else if (type == EventType.LLM_RESPONSE || type == EventType.EMBEDDING_RESPONSE) {
      unpriced = true;
    }
  }

  private static long or0(@Nullable Long n) {
    return n == null ? 0 : n;
  }

  private TraceSummary summary(List<Landed> ordered, Instant idleSince) {
    Event first = ordered.getFirst().event();
    Event last = ordered.getLast().event();
    boolean open = received.isAfter(idleSince);
    String status = open ? "open" : failed || failedForGood ? "error" : "ok";
    return new TraceSummary(
        first.place().traceId(),
        last.place().threadId(),
        first.agent().name(),
        last.agent().versionId(),
        first.environment(),
        externalUser,
        status,
        started,
        ended,
        Duration.between(started, ended).toMillis(),
        List.copyOf(models),
        llmCalls,
        namedCalls.size() + unnamedCalls,
        ordered.size(),
        errors,
        new TraceSummary.Tokens(
            input,
            cacheRead,
            cacheWrite,
            output,
            reasoning,
            input + cacheRead + cacheWrite + output),
        priced ? cost : null,
        TraceSummary.costKind(priced, unpriced, weakest),
        preview);
  }
}
