package dev.whyops.record;

import dev.whyops.provider.AnswerFacts;
import dev.whyops.provider.RequestFacts;

/** Told of each exchange that is kept in full, when its journal frame is read. */
@FunctionalInterface
public interface AnsweredListener {
  void answered(CallStart start, RequestFacts asked, AnswerFacts said);

  /** Nobody wants to know. */
  AnsweredListener NOBODY = (start, asked, said) -> {};
}
