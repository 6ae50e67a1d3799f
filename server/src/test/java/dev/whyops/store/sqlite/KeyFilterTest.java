package dev.whyops.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.continuity.Key;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** When the filter says that it has to be made anew, and how well it answers until then. */
class KeyFilterTest {
  private final SplittableRandom random = new SplittableRandom(7);

  private Key key() {
    return new Key(random.nextLong(), random.nextLong());
  }

  @Test
  void saysWhenItHoldsMoreThanItWasMadeFor() {
    KeyFilter filter = KeyFilter.forKeys(0);
    Key first = key();
    for (int i = 0; i < 100; i++) {
      filter.add(first); // counts once
    }
    for (long i = 0; i < KeyFilter.KEYS_MIN * 0.95; i++) {
      filter.add(key());
    }
    assertThat(filter.isFull()).isFalse();
    int wrong = 0;
    for (int i = 0; i < 10_000; i++) {
      wrong += filter.mayHold(key()) ? 1 : 0;
    }
    assertThat(wrong).as("wrong answers of 10,000").isLessThan(200);
    for (long i = 0; i < KeyFilter.KEYS_MIN * 0.07; i++) {
      filter.add(key());
    }
    assertThat(filter.isFull()).isTrue();
    assertThat(filter.mayHold(first)).isTrue();
    assertThat(KeyFilter.forKeys(KeyFilter.KEYS_MIN).isFull()).isFalse();
    assertThat(KeyFilter.UNREAD.isFull()).isFalse();
  }
}
