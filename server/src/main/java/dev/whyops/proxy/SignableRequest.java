package dev.whyops.proxy;

import dev.whyops.provider.CallKind;
import dev.whyops.provider.JsonMembers;
import dev.whyops.provider.JsonValue;
import dev.whyops.provider.RequestFacts;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Whether an answer to this request is prose for people, so that a signature does no harm. */
final class SignableRequest {
  private SignableRequest() {}

  /** The routes whose conversations come back with the answers in them. */
  static boolean isKind(CallKind kind) {
    return switch (kind) {
      case CHAT_COMPLETIONS, RESPONSES, MESSAGES -> true;
      case COMPLETIONS, EMBEDDINGS, COUNT_TOKENS, MODELS, RESPONSE_RESOURCE, PASSTHROUGH -> false;
    };
  }

  /** One answer in plain text, without figures for its tokens, and not begun by the request. */
  static boolean isSignable(byte[] body, RequestFacts facts) {
    List<RequestFacts.Turn> turns = facts.turns();
    if (!facts.notes().isEmpty()
        || !turns.isEmpty() && turns.getLast().role().equals("assistant")) {
      return false;
    }
    boolean[] harmed = {false};
    Set<String> notes = new HashSet<>();
    JsonMembers.walk(body, notes, (name, at) -> harmed[0] |= harms(name, at));
    return !harmed[0] && notes.isEmpty();
  }

  private static boolean harms(String name, JsonMembers at) {
    return switch (name) {
      case "n" -> at.value().intOr(2) > 1;
      case "logprobs" -> at.value().isTrue();
      case "top_logprobs" -> at.value().intOr(0) > 0;
      case "include" -> at.value().raw().contains("logprobs");
      case "response_format" -> isData(at.value());
      case "text", "output_config" -> isData(at.value().get("format"));
      case "output_format" -> isData(at.value());
      default -> false;
    };
  }

  private static boolean isData(JsonValue format) {
    return format.isPresent() && !format.get("type").text().equals("text");
  }
}
