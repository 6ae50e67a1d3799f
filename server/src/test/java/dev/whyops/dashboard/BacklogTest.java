package dev.whyops.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BacklogTest {
  @Test
  void nothingWaitsInTheFileThatAnIdleJournalKeeps() {
    assertThat(Backlog.Journal.of(0, 12, 4096)).isEqualTo(new Backlog.Journal(0, 0, null, 4096));
  }

  @Test
  void whileFramesWaitTheirBytesAreAtMostThoseOfTheJournal() {
    assertThat(Backlog.Journal.of(3, 12, 4096)).isEqualTo(new Backlog.Journal(3, 4096, 12L, 4096));
  }
}
