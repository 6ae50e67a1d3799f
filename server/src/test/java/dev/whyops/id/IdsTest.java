package dev.whyops.id;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class IdsTest {
  @Property
  void everyIdGivesItsBitsBack(@ForAll @Size(12) byte[] bits) {
    String id = Ids.encode("trc_", bits);
    assertThat(id).matches("trc_[01][0-9A-HJKMNP-TV-Z]{19}");
    assertThat(Ids.decode("trc_", id)).hasValueSatisfying(b -> assertThat(b).isEqualTo(bits));
  }

  @Test
  void idsSortByTime() {
    ManualTime time = new ManualTime();
    Ids ids = new Ids(time, new Random(7));
    List<String> made = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      made.add(ids.next("prj_"));
      time.pass(Duration.ofMillis(1));
    }
    assertThat(made).isSorted();
    assertThat(new HashSet<>(made)).hasSize(made.size());
  }

  @Test
  @DisplayName("F-27 ids stay unique while the clock stands still, goes back or is far off")
  void f27Unique() {
    ManualTime time = new ManualTime();
    Ids ids = new Ids(time, new Random(8));
    Set<String> made = new HashSet<>();
    for (String wall :
        List.of("1970-01-01T00:00:00Z", "2038-01-19T03:14:08Z", "1970-01-01T00:00:00Z")) {
      time.setWall(Instant.parse(wall));
      for (int i = 0; i < 10_000; i++) {
        made.add(ids.next("trc_"));
      }
    }
    assertThat(made).hasSize(30_000).allMatch(id -> Ids.decode("trc_", id).isPresent());
  }

  @Test
  void whatIsNoIdHasNoBits() {
    String id = Ids.encode("trc_", new byte[12]);
    assertThat(Ids.decode("prj_", id)).isEmpty();
    assertThat(Ids.decode("trc_", id.substring(1))).isEmpty();
    assertThat(Ids.decode("trc_", id.replaceFirst("0$", "U"))).isEmpty();
    assertThat(Ids.decode("trc_", id.replaceFirst("0$", "é"))).isEmpty();
    assertThat(Ids.decode("trc_", "trc_" + "2" + "0".repeat(19))).isEmpty(); // a 97th bit
  }
}
