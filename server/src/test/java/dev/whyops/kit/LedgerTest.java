package dev.whyops.kit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.kit.Ledger.Stored;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerTest {
  @TempDir private Path folder;

  @Test
  void tellsEveryWayToBreakTheLaw() throws Exception {
    try (Ledger ledger = Ledger.in(folder)) {
      ledger.sent("a", List.of("1", "2", "3", "4"));
      ledger.sent("b", List.of("5"));
      ledger.acknowledged("a", List.of("1", "2", "3"));
      assertThat(
              ledger.verify(
                  List.of(new Stored("a", "1"), new Stored("a", "2"), new Stored("b", "5")),
                  Set.of("3")))
          .isEmpty();
      assertThat(
              ledger.verify(
                  List.of(
                      new Stored("a", "1"),
                      new Stored("a", "1"),
                      new Stored("a", "5"),
                      new Stored("a", "9")),
                  Set.of()))
          .containsExactlyInAnyOrder(
              "stored twice: 1",
              "sent by b but stored under a: 5",
              "stored but never sent: 9",
              "acknowledged but lost: 2",
              "acknowledged but lost: 3");
    }
  }

  @Test
  void survivesItsOwnClient() throws Exception {
    try (Ledger ledger = Ledger.in(folder)) {
      ledger.sent("a", List.of("1"));
      ledger.acknowledged("a", List.of("1"));
    }
    Files.writeString(folder.resolve("acknowledged"), "a 2", StandardOpenOption.APPEND);
    try (Ledger ledger = Ledger.in(folder)) {
      assertThat(ledger.acknowledgedCount()).isEqualTo(1);
    }
  }
}
