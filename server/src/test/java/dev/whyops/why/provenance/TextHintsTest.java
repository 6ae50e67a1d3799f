package dev.whyops.why.provenance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextHintsTest {
  private static final TextHints ALL =
      new TextHints(Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE, true, true);

  private static final List<String> PARTS =
      List.of(
          "Today",
          "tonight",
          "TOMORROW",
          "in two weeks",
          "3 days ago",
          "Sunday",
          "March 5, 2026",
          "5th of mAy",
          "2026-03-04T10:00",
          "20260304",
          "4.3.26",
          "1/2/2026",
          "noon",
          "x",
          "7",
          "é",
          "٣",
          " ",
          "-",
          ", ");

  @ParameterizedTest
  @CsvSource({
    "'see you Tomorrow', r:1",
    "'day after tomorrow', r:2",
    "'TONIGHT', r:0",
    "'in 2 Weeks', r:14",
    "'on the 3rd of mar 2026', d:2026-03-03",
    "'20260304', d:2026-03-04",
    "'4.3.26', d:2026-03-04",
    "'DEADBEEF00112233', h:deadbeef00112233",
    "'+49 170 123', p:49170123"
  })
  void findsWhatIsThere(String text, String form) {
    TreeSet<String> found = new TreeSet<>();
    NormalForms.scan(text, (key, _, _, _) -> found.add(key));
    assertThat(found).contains(form);
  }

  @Test
  void whatAHintExcludesIsNotInTheText() {
    SplittableRandom random = new SplittableRandom(61);
    for (int run = 0; run < 4_000; run++) {
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(6); i >= 0; i--) {
        text.append(PARTS.get(random.nextInt(PARTS.size())))
            .append(random.nextBoolean() ? " " : "");
      }
      if (random.nextBoolean()) {
        text.deleteCharAt(random.nextInt(text.length()));
      }
      TreeSet<String> hinted = new TreeSet<>();
      TreeSet<String> all = new TreeSet<>();
      String drawn = text.toString();
      DateForms.scan(drawn, TextHints.of(drawn), (key, s, e, _) -> hinted.add(key + s + "-" + e));
      DateForms.scan(drawn, ALL, (key, s, e, _) -> all.add(key + s + "-" + e));
      assertThat(hinted).as(drawn).isEqualTo(all);
    }
  }
}
