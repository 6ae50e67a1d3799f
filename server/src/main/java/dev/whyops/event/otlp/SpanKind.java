package dev.whyops.event.otlp;

import java.util.Locale;

/** What a span stands for, by whichever convention names it. */
enum SpanKind {
  INFERENCE,
  EMBEDDING,
  TOOL,
  OTHER;

  static SpanKind of(OtlpSpan span) {
    String word =
        span.text(
                "gen_ai.operation.name",
                "openinference.span.kind",
                "traceloop.span.kind",
                "langfuse.observation.type")
            .orElse("")
            .toLowerCase(Locale.ROOT);
    return switch (word) {
      case "chat", "text_completion", "generate_content", "llm", "generation" -> INFERENCE;
      case "embeddings", "embedding" -> EMBEDDING;
      case "execute_tool", "tool", "retriever", "retrieval", "memory", "search" -> TOOL;
      default -> byAttributes(span, word);
    };
  }

  /** Older instrumentations name no kind, but a model and what it used. */
  private static SpanKind byAttributes(OtlpSpan span, String word) {
    boolean model = span.text(Names.MODEL).isPresent();
    boolean usage = span.count(Names.INPUT).isPresent() || span.count(Names.OUTPUT).isPresent();
    return word.isEmpty() && model && usage ? INFERENCE : OTHER;
  }
}
