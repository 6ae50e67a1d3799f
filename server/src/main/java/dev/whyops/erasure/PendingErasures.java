package dev.whyops.erasure;

import dev.whyops.project.ProjectId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A folder with one file per deletion that has begun: it is there before the first trace goes. */
public final class PendingErasures {
  private static final Logger LOG = LoggerFactory.getLogger(PendingErasures.class);

  private final Path folder;

  private PendingErasures(Path folder) {
    this.folder = folder;
  }

  /** Whose data is on its way out, and the file that says so. */
  record Pending(Path file, ProjectId project, String user) {}

  public static PendingErasures open(Path folder) throws IOException {
    return new PendingErasures(Files.createDirectories(folder));
  }

  Pending begin(ProjectId project, String user) {
    // The same user may be deleted twice at a time; each has a file of its own.
    Path file = folder.resolve(UUID.randomUUID() + ".user");
    byte[] text = (project.value() + '\n' + user).getBytes(StandardCharsets.UTF_8);
    try {
      try (FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        ByteBuffer bytes = ByteBuffer.wrap(text);
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true);
      }
      syncFolder();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Pending(file, project, user);
  }

  void end(Pending pending) {
    try {
      Files.deleteIfExists(pending.file());
    } catch (IOException e) {
      // The next start finds nothing left to delete, and tries again.
      LOG.warn("user_erasure_not_ended cause={}", e.toString());
    }
  }

  /** What earlier processes left; a file that was not written to its end deleted nothing yet. */
  List<Pending> left() {
    List<Pending> left = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.sorted().toList()) {
        String text = Files.readString(file, StandardCharsets.UTF_8);
        int line = text.indexOf('\n');
        if (line > 0 && line < text.length() - 1) {
          left.add(
              new Pending(file, new ProjectId(text.substring(0, line)), text.substring(line + 1)));
        } else {
          Files.delete(file);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return left;
  }

  /** Else a loss of power may forget the file of a deletion that had begun. */
  private void syncFolder() throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
