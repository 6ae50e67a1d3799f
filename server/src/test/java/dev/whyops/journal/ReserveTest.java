package dev.whyops.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** F-12: room that is kept for the moment in which the disk is full. */
class ReserveTest {
  private static final int BYTES = 3 * 1024 * 1024 + 5;

  private final SimDisk disk = new SimDisk(new Random(1));
  private final Reserve reserve = new Reserve(disk, BYTES);

  @Test
  void isMadeOnceAndGivenBackOnce() throws Exception {
    assertThat(reserve.free()).isFalse();
    disk.shortWrites();
    reserve.make();
    assertThat(disk.content("reserve")).hasSize(BYTES);
    int asked = disk.asked().size();
    reserve.make();
    assertThat(disk.asked()).hasSize(asked);
    assertThat(reserve.free()).isTrue();
    assertThat(disk.list()).isEmpty();
    assertThat(reserve.free()).isFalse();
    reserve.make();
    assertThat(disk.list()).containsExactly("reserve");
  }

  @Test
  void thatOfAnEarlierProcessIsTaken() throws Exception {
    disk.put("reserve", new byte[BYTES]);
    reserve.make();
    assertThat(disk.asked()).containsExactly("open reserve", "close reserve");
    assertThat(reserve.free()).isTrue();
  }

  @Test
  void halfOfOneIsMadeAnew() throws Exception {
    disk.put("reserve", new byte[BYTES - 1]);
    reserve.make();
    assertThat(disk.content("reserve")).hasSize(BYTES);
    assertThat(reserve.free()).isTrue();
  }

  @Test
  @DisplayName("F-12 it takes no more than a quarter of what is left")
  void isNotMadeOfTheLastRoom() throws Exception {
    disk.capacity(4L * BYTES - 1);
    reserve.make();
    assertThat(disk.list()).isEmpty();
    assertThat(reserve.free()).isFalse();
    disk.capacity(4L * BYTES);
    reserve.make();
    assertThat(disk.content("reserve")).hasSize(BYTES);
  }

  @Test
  void oneThatCouldNotBeWrittenIsNone() throws Exception {
    disk.failWrite(2);
    reserve.make();
    assertThat(disk.list()).isEmpty();
    assertThat(reserve.free()).isFalse();
    reserve.make();
    assertThat(reserve.free()).isTrue();
  }

  @Test
  void oneThatCannotBeDeletedGivesNothingBack() throws Exception {
    reserve.make();
    disk.refuse("delete");
    assertThat(reserve.free()).isFalse();
    disk.refuse("nothing");
    assertThat(reserve.free()).as("and is not tried again").isFalse();
    reserve.make();
    assertThat(reserve.free()).as("before it is found again").isTrue();
  }

  @Test
  void asksForNothingWithoutASize() throws Exception {
    Reserve none = new Reserve(disk, 0);
    none.make();
    assertThat(disk.asked()).isEmpty();
    assertThat(none.free()).isFalse();
    disk.refuse("delete");
    assertThatThrownBy(reserve::make).isInstanceOf(IOException.class);
  }
}
