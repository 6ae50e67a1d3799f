package dev.whyops.vault;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * The file that holds the key which wraps all others: 256 bits, as base64 text or as 32 raw bytes.
 *
 * <p>While a rotation is under way it holds two lines, the new key and the one before; rows under
 * either can be read, and the next start finishes the rotation. The file is replaced by an atomic
 * rename, so a kill leaves the one or the other. It enters no database, backup or log.
 */
public final class KeyFile {
  private static final int KEY_BYTES = 32;
  private static final Set<PosixFilePermission> OTHERS =
      EnumSet.of(
          PosixFilePermission.GROUP_READ,
          PosixFilePermission.GROUP_WRITE,
          PosixFilePermission.GROUP_EXECUTE,
          PosixFilePermission.OTHERS_READ,
          PosixFilePermission.OTHERS_WRITE,
          PosixFilePermission.OTHERS_EXECUTE);

  private final Path path;
  private final SecureRandom random;

  public KeyFile(Path path, SecureRandom random) {
    this.path = path;
    this.random = random;
  }

  /**
   * Its keys, the current one first.
   *
   * @param needed sealed rows exist, so that a missing file is not replaced by a new one
   * @throws VaultException with one clear line for the person who starts the server
   */
  List<byte[]> open(boolean needed) {
    try {
      if (!Files.exists(path)) {
        if (needed) {
          throw new VaultException(
              "The secret key file "
                  + path
                  + " is missing, but sealed secrets exist. Put the file back"
                  + " (WHYOPS_SECRET_KEY_FILE).");
        }
        create();
      }
      checkPermissions();
      return parse(Files.readAllBytes(path));
    } catch (IOException e) {
      throw new VaultException("The secret key file " + path + " cannot be read: " + reason(e));
    }
  }

  /** Replaces the content by these keys, durably and in one step. */
  void replace(List<byte[]> keys) {
    Path next = path.resolveSibling(path.getFileName() + ".next");
    try {
      Files.deleteIfExists(next);
      write(next, keys);
      Files.move(next, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      syncFolder();
    } catch (IOException e) {
      throw new VaultException("The secret key file " + path + " cannot be written: " + reason(e));
    }
  }

  byte[] newKey() {
    byte[] key = new byte[KEY_BYTES];
    random.nextBytes(key);
    return key;
  }

  private void create() throws IOException {
    Path parent = path.toAbsolutePath().getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    // Written aside and linked: a start at the same time sees the whole file or none.
    Path draft =
        path.resolveSibling(path.getFileName() + "." + Long.toHexString(random.nextLong()));
    write(draft, List.of(newKey()));
    try {
      Files.createLink(path, draft);
    } catch (FileAlreadyExistsException e) {
      // Another start was faster; its key is as good and the checks follow.
    } finally {
      Files.delete(draft);
    }
    syncFolder();
  }

  /** Else a loss of power may bring the old name back, after rows were wrapped by the new key. */
  private void syncFolder() throws IOException {
    Path parent = path.toAbsolutePath().getParent();
    if (parent != null) {
      try (FileChannel folder = FileChannel.open(parent, StandardOpenOption.READ)) {
        folder.force(true);
      }
    }
  }

  private static void write(Path target, List<byte[]> keys) throws IOException {
    StringBuilder text = new StringBuilder();
    for (byte[] key : keys) {
      text.append(Base64.getEncoder().encodeToString(key)).append('\n');
    }
    Set<StandardOpenOption> options =
        EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    try (FileChannel channel =
        FileChannel.open(
            target,
            options,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      ByteBuffer bytes = ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.US_ASCII));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
  }

  private void checkPermissions() throws IOException {
    Set<PosixFilePermission> open = EnumSet.copyOf(OTHERS);
    open.retainAll(Files.getPosixFilePermissions(path));
    if (!open.isEmpty()) {
      throw new VaultException(
          "The secret key file " + path + " is open to others. Run: chmod 600 " + path);
    }
  }

  private List<byte[]> parse(byte[] content) {
    List<byte[]> keys = new ArrayList<>();
    if (content.length == KEY_BYTES) {
      keys.add(content);
    } else {
      String text = new String(content, StandardCharsets.ISO_8859_1);
      text.lines()
          .map(String::strip)
          .filter(s -> !s.isEmpty())
          .map(this::decode)
          .forEach(keys::add);
    }
    if (keys.isEmpty() || keys.size() > 2) {
      throw new VaultException(wrongContent());
    }
    for (byte[] key : keys) {
      int bits = 0;
      for (byte b : key) {
        bits |= b;
      }
      if (bits == 0) {
        throw new VaultException("The secret key file " + path + " holds only zeros.");
      }
    }
    return List.copyOf(keys);
  }

  private byte[] decode(String line) {
    byte[] key;
    try {
      key = Base64.getDecoder().decode(line);
    } catch (IllegalArgumentException e) {
      throw new VaultException(wrongContent());
    }
    if (key.length != KEY_BYTES) {
      throw new VaultException(wrongContent());
    }
    return key;
  }

  private String wrongContent() {
    return "The secret key file " + path + " does not hold a 256-bit key (32 bytes, or base64).";
  }

  private static String reason(IOException e) {
    return e instanceof NoSuchFileException ? "no such folder" : e.getClass().getSimpleName();
  }
}
