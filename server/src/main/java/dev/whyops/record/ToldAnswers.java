package dev.whyops.record;

import dev.whyops.event.Event;
import dev.whyops.event.EventType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Who told of each answer lately. One answer of a provider may be told by the proxy, by an SDK and
 * by OpenTelemetry, in any order: the proxy's word counts, else the first. What the proxy relayed
 * twice did happen twice. One thread.
 */
final class ToldAnswers {
  private static final int ANSWERS_MAX = 100_000;

  private final Map<String, Told> answers =
      new LinkedHashMap<>(1024, 0.75f, false) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Told> eldest) {
          return size() > ANSWERS_MAX;
        }
      };

  /** What is known of one answer: rows that others than the proxy told and that still count. */
  private static final class Told {
    private boolean relayed;
    private boolean answered;
    private List<ToldAnswer> rows = List.of();

    private void add(ToldAnswer row) {
      rows = new ArrayList<>(rows);
      rows.add(row);
      answered |= row.answer();
    }
  }

  /** Takes up what was told before this process began, in the order of the journal. */
  ToldAnswers(List<ToldAnswer> before) {
    for (ToldAnswer row : before) {
      Told told = answers.computeIfAbsent(key(row), k -> new Told());
      if (row.source() == Event.Source.PROXY) {
        told.relayed = true;
      } else {
        told.add(row);
      }
    }
  }

  private static String key(ToldAnswer row) {
    return row.project().value() + '\n' + row.traceId() + '\n' + row.responseId();
  }

  /**
   * Notes an event.
   *
   * @param superseded gets the rows that no longer count
   * @return whether the event only repeats what was told
   */
  boolean repeats(Event event, long seq, int ordinal, List<Superseded> superseded) {
    String responseId = event.facts().responseId();
    boolean answer = event.type() == EventType.LLM_RESPONSE;
    if (responseId == null || !answer && !event.isQuestionOfSpan()) {
      return false;
    }
    String traceId = event.place().traceId();
    ToldAnswer row =
        new ToldAnswer(event.project(), traceId, responseId, event.source(), answer, seq, ordinal);
    Told told = answers.computeIfAbsent(key(row), k -> new Told());
    if (event.source() == Event.Source.PROXY) {
      told.relayed = true;
      for (ToldAnswer other : told.rows) {
        superseded.add(new Superseded(event.project(), traceId, other.seq(), other.ordinal(), seq));
      }
      told.rows = List.of();
      return false;
    }
    if (told.relayed || answer && told.answered) {
      return true;
    }
    told.add(row);
    return false;
  }
}
