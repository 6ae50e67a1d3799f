package dev.whyops.continuity;

import dev.whyops.continuity.CallTrace.Rule;
import dev.whyops.provider.AnswerFacts;
import dev.whyops.provider.CallKind;
import dev.whyops.provider.RequestFacts;
import dev.whyops.provider.RequestFacts.ToolOutput;
import java.util.List;
import java.util.Optional;

/**
 * Finds the trace that a call without trace headers continues, and remembers what later calls may
 * continue. Thread-safe; parses nothing itself.
 */
public final class TraceResolver {
  /** Longest conversation that is hashed, in turns. */
  private static final int TURNS_MAX = 2_000;

  private final ContinuityIndex index;

  public TraceResolver(ContinuityIndex index) {
    this.index = index;
  }

  public ContinuityIndex index() {
    return index;
  }

  /** By the rules 3 to 5 in their order; empty when the call starts a new trace. */
  public Optional<CallTrace> resolve(Speaker speaker, RequestFacts request) {
    return byResponse(speaker, request)
        .or(() -> byToolCall(speaker, request))
        .or(() -> byHistory(speaker, request));
  }

  private Optional<CallTrace> byResponse(Speaker speaker, RequestFacts request) {
    return Optional.ofNullable(request.previousResponseId())
        .flatMap(id -> index.byResponse(speaker.project(), id))
        .or(
            () ->
                Optional.ofNullable(request.conversation())
                    .flatMap(id -> index.byResponse(speaker.project(), id)))
        .map(known -> trace(known, Rule.RESPONSE_ID));
  }

  private Optional<CallTrace> byToolCall(Speaker speaker, RequestFacts request) {
    List<ToolOutput> outputs = request.newToolOutputs();
    for (ToolOutput output : outputs.reversed()) {
      Optional<Known> known = index.byToolCall(speaker, output.callId());
      if (known.isPresent()) {
        return known.map(k -> trace(k, Rule.TOOL_CALL_ID));
      }
    }
    return Optional.empty();
  }

  private Optional<CallTrace> byHistory(Speaker speaker, RequestFacts request) {
    if (!tellsAll(request)) {
      return Optional.empty();
    }
    for (Key key : new History(speaker).answeredPrefixes(request.turns())) {
      Known known = index.byHistory(speaker.project(), key);
      if (known != null) {
        return known.equals(IssuedStore.AMBIGUOUS)
            ? Optional.empty()
            : Optional.of(trace(known, Rule.HISTORY));
      }
    }
    return Optional.empty();
  }

  /** Its turns are the whole conversation: the provider adds nothing that it keeps. */
  private static boolean tellsAll(RequestFacts request) {
    return request.turns().size() <= TURNS_MAX
        && request.previousResponseId() == null
        && request.conversation() == null;
  }

  private static CallTrace trace(Known known, Rule rule) {
    return new CallTrace(known.traceId(), known.threadId(), rule);
  }

  /**
   * Remembers a finished exchange; to be told for each, in any order, as often as one likes. Ids of
   * answers are kept of Responses calls only: no request of another kind can name one.
   */
  public void answered(
      Speaker speaker, Known known, CallKind kind, RequestFacts request, AnswerFacts answer) {
    List<AnswerFacts.Choice> choices = answer.choices();
    Key history =
        choices.size() == 1 && tellsAll(request)
            ? new History(speaker).answered(request.turns(), choices.getFirst())
            : null;
    List<String> calls =
        choices.stream()
            .flatMap(choice -> choice.calls().stream())
            .map(call -> call.callId())
            .filter(id -> !id.isEmpty())
            .toList();
    String responseId = kind == CallKind.RESPONSES ? answer.responseId() : null;
    index.issued(new ContinuityIndex.Issued(speaker, known, responseId, calls, history));
    if (request.conversation() != null) {
      index.issued(
          new ContinuityIndex.Issued(speaker, known, request.conversation(), List.of(), null));
    }
  }
}
