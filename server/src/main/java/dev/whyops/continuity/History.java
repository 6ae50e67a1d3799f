package dev.whyops.continuity;

import dev.whyops.provider.AnswerFacts;
import dev.whyops.provider.RequestFacts.Turn;
import dev.whyops.provider.ToolCall;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Hashes conversations step by step: each step is a message's role, text and tool calls on top of
 * the hash before it. What one answer said in several items, and what the next request sends as one
 * or more assistant turns, is one step, so that both give one hash. Keyed by the speaker.
 */
final class History {
  /** With less text than this in it, a prefix is too common to mean anything. */
  private static final int TEXT_MIN_CHARS = 40;

  private final Speaker speaker;

  /** A step of the conversation. */
  private record Step(String role, String text, List<String> calls) {}

  History(Speaker speaker) {
    this.speaker = speaker;
  }

  /** The hashes of all prefixes that end with the assistant, the longest first. */
  List<Key> answeredPrefixes(List<Turn> turns) {
    List<Key> keys = new ArrayList<>();
    byte[] hash = start();
    int chars = 0;
    for (Step step : steps(turns)) {
      hash = next(hash, step);
      chars += step.text().length();
      if (step.role().equals("assistant") && chars >= TEXT_MIN_CHARS) {
        keys.addFirst(Key.ofDigest(hash));
      }
    }
    return keys;
  }

  /** The hash of a conversation that ends with this answer; null when it holds too little text. */
  @Nullable Key answered(List<Turn> turns, AnswerFacts.Choice answer) {
    List<Step> steps = steps(turns);
    add(steps, step("assistant", answer.text(), answer.calls()));
    byte[] hash = start();
    int chars = 0;
    for (Step step : steps) {
      hash = next(hash, step);
      chars += step.text().length();
    }
    return chars < TEXT_MIN_CHARS ? null : Key.ofDigest(hash);
  }

  private static List<Step> steps(List<Turn> turns) {
    List<Step> steps = new ArrayList<>();
    for (Turn turn : turns) {
      if (turn.kind().equals("reasoning") || turn.kind().equals("item_reference")) {
        continue;
      }
      add(steps, step(turn.role(), turn.text(), turn.calls()));
    }
    return steps;
  }

  /** An answer may go on with what the request began in its name. */
  private static void add(List<Step> steps, Step step) {
    boolean joins =
        !steps.isEmpty()
            && step.role().equals("assistant")
            && steps.getLast().role().equals("assistant");
    steps.add(joins ? joined(steps.removeLast(), step) : step);
  }

  /** Signatures are no part of what was said: a client may have dropped them. */
  private static Step step(String role, String text, List<ToolCall> calls) {
    return new Step(role, SignatureShapes.without(text), calls(calls));
  }

  private static Step joined(Step first, Step second) {
    List<String> calls = new ArrayList<>(first.calls());
    calls.addAll(second.calls());
    return new Step("assistant", first.text() + second.text(), calls);
  }

  /** Ids and names only: clients write arguments anew. */
  private static List<String> calls(List<ToolCall> calls) {
    return calls.stream().map(call -> call.callId() + ' ' + call.name()).toList();
  }

  private byte[] start() {
    MessageDigest digest = Key.sha256();
    Key.add(digest, "history");
    Key.add(digest, speaker.project().value());
    Key.add(digest, speaker.agentName());
    Key.add(digest, speaker.externalUserId() == null ? "" : speaker.externalUserId());
    return digest.digest();
  }

  private static byte[] next(byte[] before, Step step) {
    MessageDigest digest = Key.sha256();
    digest.update(before);
    Key.add(digest, step.role());
    Key.add(digest, step.text());
    for (String call : step.calls()) {
      Key.add(digest, call);
    }
    return digest.digest();
  }
}
