package dev.whyops.record;

import dev.whyops.project.ProjectId;
import java.util.ArrayList;
import java.util.List;

/**
 * A row of an earlier frame that no longer counts, because the proxy has told of the same answer.
 *
 * @param seq journal sequence of the frame that brought the row
 * @param ordinal its place among the events of that frame
 * @param bySeq sequence of the frame that brought the proxy's word
 */
public record Superseded(ProjectId project, String traceId, long seq, int ordinal, long bySeq) {

  /** Marks the rows that have not been stored yet, and returns the others. */
  static List<Superseded> mark(List<Landed> events, List<Superseded> superseded) {
    List<Superseded> stored = new ArrayList<>();
    for (Superseded row : superseded) {
      boolean found = false;
      for (int i = 0; i < events.size() && !found; i++) {
        Landed landed = events.get(i);
        if (landed.seq() == row.seq && landed.ordinal() == row.ordinal) {
          events.set(
              i,
              new Landed(
                  landed.seq(),
                  landed.ordinal(),
                  landed.receivedAt(),
                  landed.event().asDuplicate()));
          found = true;
        }
      }
      if (!found) {
        stored.add(row);
      }
    }
    return stored;
  }
}
