package dev.whyops.id;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
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
  void whatIsNoIdHasNoBits() {
    String id = Ids.encode("trc_", new byte[12]);
    assertThat(Ids.decode("prj_", id)).isEmpty();
    assertThat(Ids.decode("trc_", id.substring(1))).isEmpty();
    assertThat(Ids.decode("trc_", id.replaceFirst("0$", "U"))).isEmpty();
    assertThat(Ids.decode("trc_", id.replaceFirst("0$", "é"))).isEmpty();
    assertThat(Ids.decode("trc_", "trc_" + "2" + "0".repeat(19))).isEmpty(); // a 97th bit
  }
}
