package dev.whyops.why.golden;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.event.Event;
import dev.whyops.finding.Evidence;
import dev.whyops.finding.Finding;
import dev.whyops.finding.Findings;
import dev.whyops.finding.Thresholds;
import dev.whyops.finding.check.Checks;
import dev.whyops.why.label.GoldenTraces;
import dev.whyops.why.label.GoldenTraces.Golden;
import dev.whyops.why.provenance.Provenance;
import dev.whyops.why.view.Fact;
import dev.whyops.why.view.TraceViews;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What was planted is found, and all that is inferred stands in a file beside this test. {@code
 * -Dwhyops.golden=DIR} writes the files anew, to be read before they are kept.
 */
class GoldenTracesTest {
  private static final Findings RULES = new Findings(Checks.all());

  static Stream<Golden> all() {
    return GoldenTraces.all().stream();
  }

  @Test
  void thereAreSixtyAndMore() {
    assertThat(GoldenTraces.all()).hasSizeGreaterThanOrEqualTo(60);
  }

  @ParameterizedTest
  @MethodSource("all")
  void whatWasPlantedIsFound(Golden golden) {
    if (!golden.code().isEmpty()) {
      assertThat(RULES.of(golden.evidence()).findings())
          .extracting(Finding::code)
          .contains(golden.code());
    }
    if (!golden.results().isEmpty()) {
      var last = golden.evidence().view().toolUses().getLast();
      for (Provenance leaf : golden.evidence().provenance(last)) {
        assertThat(leaf.result().name())
            .as(leaf.leaf().path())
            .isEqualTo(golden.results().get(leaf.leaf().path().substring(2)));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void allThatIsInferredIsWhatWasReviewed(Golden golden) throws IOException {
    String actual = Snapshot.of(golden.evidence());
    String folder = System.getProperty("whyops.golden");
    if (folder != null) {
      Files.writeString(Path.of(folder, golden.name() + ".txt"), actual);
    }
    assertThat(actual).isEqualTo(reviewed(golden));
  }

  @ParameterizedTest
  @MethodSource("all")
  void orderAndRepetitionOfEventsMakeNoDifference(Golden golden) throws IOException {
    List<Event> events = new ArrayList<>(events(golden.evidence()));
    Random random = new Random(golden.name().hashCode());
    events.addAll(List.copyOf(events.subList(0, events.size() / 2)));
    Collections.shuffle(events, random);
    assertThat(Snapshot.of(with(golden.evidence(), events))).isEqualTo(reviewed(golden));
  }

  static String reviewed(Golden golden) throws IOException {
    String file = golden.name() + ".txt";
    try (InputStream in =
        Objects.requireNonNull(GoldenTracesTest.class.getResourceAsStream(file), file)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  static List<Event> events(Evidence evidence) {
    return evidence.view().facts().stream().map(Fact::event).toList();
  }

  /** The same knowledge about other traces, with these events. */
  static Evidence with(Evidence evidence, List<Event> events) {
    return new Evidence(
        TraceViews.of(evidence.view().traceId(), evidence.view().closed(), events),
        evidence::history,
        evidence::versionBefore,
        evidence.models(),
        Thresholds.DEFAULT);
  }
}
