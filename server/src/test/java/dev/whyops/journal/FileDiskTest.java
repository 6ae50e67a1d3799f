package dev.whyops.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A directory does what the simulated disk of the other tests does. */
class FileDiskTest {
  @TempDir Path directory;
  private FileDisk disk;

  @BeforeEach
  void open() throws IOException {
    disk = new FileDisk(directory.resolve("a/journal"));
  }

  private Path file(String name) {
    return directory.resolve("a/journal").resolve(name);
  }

  @Test
  void listsPlainFilesOnly() throws Exception {
    assertThat(disk.list()).isEmpty();
    disk.create("one").close();
    Files.createDirectory(file("folder"));
    assertThat(disk.list()).containsExactly("one");
  }

  @Test
  @DisplayName("F-05, F-06 what is written after a cut back follows without a hole")
  void writesOnWhereTheFileWasCut() throws Exception {
    try (Disk.Writable out = disk.create("one")) {
      out.write(ByteBuffer.wrap(new byte[] {1, 2, 3, 4}));
      disk.truncate("one", 2);
      out.write(ByteBuffer.wrap(new byte[] {5}));
    }
    assertThat(Files.readAllBytes(file("one"))).containsExactly(1, 2, 5);
  }

  @Test
  void appendsAndReadsByPosition() throws Exception {
    Disk.Writable out = disk.create("one");
    assertThat(out.write(ByteBuffer.wrap(new byte[] {1, 2, 3}))).isEqualTo(3);
    assertThat(out.write(ByteBuffer.wrap(new byte[] {4, 5}))).isEqualTo(2);
    out.sync();
    assertThat(Files.readAllBytes(file("one"))).containsExactly(1, 2, 3, 4, 5);
    try (Disk.Readable in = disk.open("one")) {
      assertThat(in.size()).isEqualTo(5);
      ByteBuffer target = ByteBuffer.allocate(3);
      assertThat(in.read(target, 2)).isEqualTo(3);
      assertThat(target.array()).containsExactly(3, 4, 5);
      assertThat(in.read(target.clear(), 5)).isEqualTo(-1);
    }
    out.close();
    assertThatThrownBy(() -> out.write(ByteBuffer.allocate(1)))
        .isInstanceOf(ClosedChannelException.class);
    assertThatThrownBy(out::sync).isInstanceOf(ClosedChannelException.class);
    Disk.Readable closed = disk.open("one");
    closed.close();
    assertThatThrownBy(closed::size).isInstanceOf(ClosedChannelException.class);
  }

  @Test
  void makesNoFileTwice() throws Exception {
    disk.create("one").close();
    assertThatThrownBy(() -> disk.create("one")).isInstanceOf(FileAlreadyExistsException.class);
    assertThatThrownBy(() -> disk.open("two")).isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> disk.truncate("two", 0)).isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void cutsAndDeletes() throws Exception {
    Files.write(file("one"), new byte[] {1, 2, 3});
    disk.truncate("one", 2);
    assertThat(Files.readAllBytes(file("one"))).containsExactly(1, 2);
    disk.delete("one");
    disk.delete("one");
    assertThat(disk.list()).isEmpty();
    disk.syncNames();
  }

  @Test
  void namesCannotBeSyncedOfAFolderThatIsGone() throws Exception {
    Files.delete(directory.resolve("a/journal"));
    assertThatThrownBy(disk::syncNames).isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void tellsTheRoomThatIsLeft() throws Exception {
    Disk.Space space = disk.space();
    assertThat(space.usableBytes()).isPositive().isLessThanOrEqualTo(space.totalBytes());
    assertThat(space.totalBytes()).isEqualTo(Files.getFileStore(directory).getTotalSpace());
  }

  @Test
  void locksAFolderThatIsNotThereYet() throws Exception {
    Path fresh = directory.resolve("x/y");
    DirectoryLock held = DirectoryLock.take(fresh);
    assertThat(fresh.resolve("lock")).exists();
    assertThatThrownBy(() -> DirectoryLock.take(fresh))
        .isInstanceOfSatisfying(
            JournalException.class, e -> assertThat(e.code()).isEqualTo("data_dir_in_use"));
    if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system) {
      long open = system.getOpenFileDescriptorCount();
      for (int i = 0; i < 200; i++) {
        assertThatThrownBy(() -> DirectoryLock.take(fresh)).isInstanceOf(JournalException.class);
      }
      assertThat(system.getOpenFileDescriptorCount()).isLessThan(open + 100);
    }
    held.close();
    DirectoryLock.take(fresh).close();
  }
}
