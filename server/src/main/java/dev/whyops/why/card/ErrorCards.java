package dev.whyops.why.card;

import dev.whyops.event.EventType;
import dev.whyops.why.card.WhyCard.Basis;
import dev.whyops.why.card.WhyCard.ErrorBody;
import dev.whyops.why.history.Fingerprints;
import dev.whyops.why.view.Fact;
import dev.whyops.why.view.ModelCall;
import dev.whyops.why.view.TraceView;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Cards of errors: what came before, what was tried, whether it helped. Facts, no blame. */
final class ErrorCards {
  private final CardSources sources;
  private final TraceView view;

  ErrorCards(CardSources sources) {
    this.sources = sources;
    this.view = sources.view();
  }

  ErrorBody body(Fact error, Lines lines) {
    String source = error.content().path("source").asString("application");
    String message = error.content().path("message").asString(error.text());
    lines.add(
        Basis.OBSERVED,
        "The " + source + " failed: " + Lines.clipped(message, 160),
        Lines.ref(error.id(), "$.message"));
    Fact first = firstOfChain(error);
    if (first != error) {
      lines.add(Basis.OBSERVED, "It is not the first of its row", Lines.ref(first.id(), null));
    }
    Fact decision = decisionBefore(first);
    if (decision != null) {
      lines.add(Basis.OBSERVED, "Decided last before it", Lines.ref(decision.id(), null));
    }
    ModelCall failed = view.callOf(error.id());
    ModelCall retry = failed == null ? null : retryOf(failed);
    List<String> changed = failed == null || retry == null ? List.of() : changes(failed, retry);
    if (retry != null) {
      lines.add(
          Basis.OBSERVED,
          changed.isEmpty()
              ? "The next try changed nothing"
              : "The next try changed " + String.join(", ", changed),
          Lines.ref(retry.start().id(), null));
    }
    Boolean recovered = recovered(error, failed);
    if (recovered != null) {
      lines.add(Basis.OBSERVED, recovered ? "A later try succeeded" : "No later try succeeded");
    }
    String fingerprint = Fingerprints.of(error);
    long here =
        view.facts().stream()
            .filter(f -> f.type() == EventType.ERROR && Fingerprints.of(f).equals(fingerprint))
            .count();
    long count = here + sources.history().seen(fingerprint);
    Instant seen = sources.history().firstSeen(fingerprint);
    lines.add(
        Basis.STATISTICAL,
        "Seen " + Lines.count((int) count, "time") + " in this version: " + fingerprint);
    List<String> preceding = failed == null ? List.of() : precedingChanges(failed);
    preceding.forEach(change -> lines.add(Basis.OBSERVED, "Before it: " + change));
    return new ErrorBody(
        source,
        first.id(),
        decision == null ? null : decision.id(),
        changed,
        recovered,
        fingerprint,
        count,
        seen == null ? first.event().timestamp() : seen,
        preceding);
  }

  /** Goes back over errors that follow each other without a success. */
  private Fact firstOfChain(Fact error) {
    Fact first = error;
    for (int i = error.position() - 1; i >= 0; i--) {
      Fact before = view.facts().get(i);
      if (before.type() == EventType.ERROR) {
        first = before;
      } else if (before.type() == EventType.LLM_RESPONSE
          || before.type() == EventType.AGENT_MESSAGE
          || before.type() == EventType.TOOL_CALL_RESPONSE && !before.failed()) {
        return first;
      }
    }
    return first;
  }

  private @Nullable Fact decisionBefore(Fact error) {
    for (int i = error.position() - 1; i >= 0; i--) {
      if (view.facts().get(i).type() == EventType.LLM_RESPONSE) {
        return view.facts().get(i);
      }
    }
    return null;
  }

  private @Nullable ModelCall retryOf(ModelCall failed) {
    for (int i = failed.index() + 1; i < view.calls().size(); i++) {
      if (view.calls().get(i).previous() == failed.index()) {
        return view.calls().get(i);
      }
    }
    return null;
  }

  private @Nullable Boolean recovered(Fact error, @Nullable ModelCall failed) {
    if (failed == null) {
      return null;
    }
    for (ModelCall call = retryOf(failed); call != null; call = retryOf(call)) {
      if (call.answered()) {
        return true;
      }
    }
    return view.closed() ? (Boolean) false : null;
  }

  private List<String> precedingChanges(ModelCall failed) {
    List<String> changes = new ArrayList<>();
    ModelCall before = view.previous(failed);
    if (before == null) {
      return changes;
    }
    String version = failed.start().event().agent().versionId();
    if (!Objects.equals(before.start().event().agent().versionId(), version)) {
      changes.add("the agent version changed");
    }
    if (!Objects.equals(asked(before), asked(failed))) {
      changes.add("the model changed from " + asked(before) + " to " + asked(failed));
    }
    if (!before.context().tools().equals(failed.context().tools())) {
      changes.add("the offered tools or their schemas changed");
    }
    return changes;
  }

  private static List<String> changes(ModelCall a, ModelCall b) {
    List<String> changed = new ArrayList<>();
    if (!a.context().messages().equals(b.context().messages())) {
      changed.add("messages");
    }
    if (!a.context().tools().equals(b.context().tools())) {
      changed.add("tools");
    }
    if (!a.context().params().equals(b.context().params())) {
      changed.add("params");
    }
    if (a.context().system() != b.context().system()) {
      changed.add("system");
    }
    if (!Objects.equals(asked(a), asked(b))) {
      changed.add("model");
    }
    return changed;
  }

  private static @Nullable String asked(ModelCall call) {
    return call.start().event().facts().requestedModel();
  }
}
