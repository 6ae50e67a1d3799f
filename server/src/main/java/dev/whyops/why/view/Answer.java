package dev.whyops.why.view;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a model said. */
public record Answer(
    String text,
    List<Part.Call> calls,
    @Nullable String refusal,
    @Nullable String finishReason,
    String status) {
  public Answer {
    calls = List.copyOf(calls);
  }

  /** True when the answer ends where a limit or a broken line ended it. */
  public boolean cut() {
    return status.equals("truncated")
        || status.equals("server_lost")
        || "length".equals(finishReason)
        || "max_tokens".equals(finishReason)
        || "max_output_tokens".equals(finishReason)
        || "model_context_window_exceeded".equals(finishReason);
  }
}
