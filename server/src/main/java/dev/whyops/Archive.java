package dev.whyops;

import dev.whyops.store.ControlPlane;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/**
 * A data folder as one zip file. The folder's lock and the journal's reserve, which hold nothing,
 * stay out, and so does the key file: whoever finds a backup must not be able to open it.
 */
final class Archive {
  private static final List<String> LEFT_OUT = List.of("lock", "journal/reserve", "whyops.key");

  private Archive() {}

  /**
   * @param controlPlane takes the place of the folder's own, which does not count then
   * @return bytes of data, before compression
   */
  static long write(Path folder, Optional<Path> controlPlane, Path file) throws IOException {
    if (Files.exists(file)) {
      throw new IOException(file + " exists already");
    }
    Path self = file.toAbsolutePath().normalize();
    long bytes = 0;
    try (OutputStream out = Files.newOutputStream(file, StandardOpenOption.CREATE_NEW);
        ZipOutputStream zip = new ZipOutputStream(out);
        Stream<Path> tree = Files.walk(folder)) {
      for (Path path : tree.filter(Files::isRegularFile).sorted().toList()) {
        String name = folder.relativize(path).toString().replace('\\', '/');
        boolean replaced = controlPlane.isPresent() && name.startsWith(ControlPlane.FILE);
        if (!LEFT_OUT.contains(name) && !replaced && !path.equals(self)) {
          bytes += add(zip, name, path);
        }
      }
      if (controlPlane.isPresent()) {
        bytes += add(zip, ControlPlane.FILE, controlPlane.get());
      }
    }
    return bytes;
  }

  private static long add(ZipOutputStream zip, String name, Path path) throws IOException {
    zip.putNextEntry(new ZipEntry(name));
    long bytes = Files.copy(path, zip);
    zip.closeEntry();
    return bytes;
  }

  /**
   * @param folder has to be empty, but for its lock
   * @return files written
   */
  static int read(Path file, Path folder) throws IOException {
    try (Stream<Path> present = Files.list(folder)) {
      if (present.anyMatch(path -> !path.endsWith("lock"))) {
        throw new IOException(folder + " is not empty; restore only into an empty folder");
      }
    }
    int count = 0;
    try (InputStream in = Files.newInputStream(file);
        ZipInputStream zip = new ZipInputStream(in)) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        Path target = folder.resolve(entry.getName()).normalize();
        if (!target.startsWith(folder)) {
          throw new IOException("the file is not a backup: it names " + entry.getName());
        }
        Path parent = target.getParent();
        if (parent != null) {
          Files.createDirectories(parent);
        }
        Files.copy(zip, target);
        count++;
      }
    }
    if (count == 0) {
      throw new IOException(file + " holds no backup");
    }
    return count;
  }
}
