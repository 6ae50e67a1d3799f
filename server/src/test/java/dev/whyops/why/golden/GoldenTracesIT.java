package dev.whyops.why.golden;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.dashboard.StoredTraces;
import dev.whyops.event.Event;
import dev.whyops.project.ProjectScope;
import dev.whyops.trace.TraceDetail;
import dev.whyops.trace.TraceFaults;
import dev.whyops.why.Run;
import dev.whyops.why.label.GoldenTraces;
import dev.whyops.why.label.GoldenTraces.Golden;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The golden traces through the real store: written out of order and with late events, read back,
 * and judged the same.
 */
class GoldenTracesIT {
  private static final ProjectScope SCOPE = new ProjectScope(Run.PROJECT);

  @TempDir private Path folder;

  @Test
  void theStoreChangesNothing() throws Exception {
    List<String> wrong = new ArrayList<>();
    try (StoredTraces store = new StoredTraces(folder, TraceFaults.NONE, Clock.systemUTC())) {
      List<Golden> golden = GoldenTraces.all().stream().filter(GoldenTracesIT::stored).toList();
      List<Event> early = new ArrayList<>();
      List<Event> late = new ArrayList<>();
      for (Golden trace : golden) {
        List<Event> events = new ArrayList<>(named(trace));
        Collections.shuffle(events, new Random(trace.name().hashCode()));
        int half = events.size() / 2;
        early.addAll(events.subList(0, half));
        late.addAll(events.subList(half, events.size()));
      }
      store.land(early);
      store.land(late);
      for (Golden trace : golden) {
        TraceDetail read = store.reader().trace(SCOPE, trace.name(), null, 1_000).orElseThrow();
        String judged =
            Snapshot.of(GoldenTracesTest.with(trace.evidence(), original(trace, read.events())));
        if (!judged.equals(GoldenTracesTest.reviewed(trace))) {
          wrong.add(trace.name());
        }
      }
      assertThat(golden).hasSizeGreaterThanOrEqualTo(60);
    }
    assertThat(wrong).isEmpty();
  }

  /** The store knows no trace without events. */
  private static boolean stored(Golden golden) {
    return !golden.evidence().view().facts().isEmpty();
  }

  /** Under a trace id of its own: the generator's names repeat. */
  private static List<Event> named(Golden golden) {
    return GoldenTracesTest.events(golden.evidence()).stream()
        .map(event -> placed(event, golden.name()))
        .toList();
  }

  private static List<Event> original(Golden golden, List<Event> read) {
    return read.stream().map(event -> placed(event, golden.evidence().view().traceId())).toList();
  }

  private static Event placed(Event e, String traceId) {
    Event.Place p = e.place();
    return new Event(
        e.id(),
        e.type(),
        e.project(),
        e.environment(),
        e.source(),
        e.agent(),
        new Event.Place(
            traceId,
            p.threadId(),
            p.spanId(),
            p.parentSpanId(),
            p.stepId(),
            p.parentStepId(),
            p.externalUserId()),
        e.timestamp(),
        e.clockSuspect(),
        e.facts(),
        e.contentJson(),
        e.metadataJson());
  }
}
