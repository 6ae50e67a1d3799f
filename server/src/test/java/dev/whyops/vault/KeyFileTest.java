package dev.whyops.vault;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("AU-24 refusesWeakKeyFile")
class KeyFileTest {
  @TempDir Path folder;

  @Test
  void isMadeOnAFirstStartForItsOwnerOnly() throws Exception {
    Path path = folder.resolve("new/whyops.key");
    byte[] key = file(path).open(false).getFirst();
    assertThat(key).hasSize(32);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
        .isEqualTo("rw-------");
    assertThat(file(path).open(true).getFirst()).isEqualTo(key);
    try (Stream<Path> beside = Files.list(path.getParent())) {
      assertThat(beside).as("no draft is left").containsExactly(path);
    }
  }

  @Test
  void saysWhyItCannotBeReadOrWritten() throws Exception {
    Path directory = Files.createDirectory(folder.resolve("directory"));
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
    refuses("cannot be read: IOException", () -> file(directory).open(true));
    Path nowhere = folder.resolve("nowhere/whyops.key");
    refuses(
        "cannot be written: no such folder",
        () -> file(nowhere).replace(List.of(file(nowhere).newKey())));
  }

  @Test
  void mayHoldRawBytes() throws Exception {
    byte[] key = new byte[32];
    new SecureRandom().nextBytes(key);
    assertThat(file(write(key)).open(true).getFirst()).isEqualTo(key);
  }

  @Test
  void refusesAMissingFileWhileSealedRowsExist() {
    Path path = folder.resolve("gone.key");
    refuses("is missing, but sealed secrets exist", () -> file(path).open(true));
    assertThat(path).doesNotExist();
  }

  @Test
  void refusesAShortKey() throws Exception {
    refuses("256-bit", () -> file(write(new byte[] {1, 2, 3})).open(true));
    refuses("256-bit", () -> file(write(Base64.getEncoder().encode(new byte[31]))).open(true));
    refuses("256-bit", () -> file(write(new byte[0])).open(true));
  }

  @Test
  void refusesMoreKeysThanARotationLeavesAndWhatIsNoBase64() throws Exception {
    byte[] random = new byte[32];
    new SecureRandom().nextBytes(random);
    String line = Base64.getEncoder().encodeToString(random) + "\n";
    assertThat(file(write((line + "\n" + line).getBytes(US_ASCII))).open(true)).hasSize(2);
    refuses("256-bit", () -> file(write(line.repeat(3).getBytes(US_ASCII))).open(true));
    refuses("256-bit", () -> file(write("no base64, but text".getBytes(US_ASCII))).open(true));
  }

  @Test
  void refusesZeros() throws Exception {
    refuses("only zeros", () -> file(write(new byte[32])).open(true));
    refuses("only zeros", () -> file(write(Base64.getEncoder().encode(new byte[32]))).open(true));
  }

  @Test
  void refusesAFileThatOthersCanRead() throws Exception {
    Path path = folder.resolve("whyops.key");
    file(path).open(false);
    for (String open : new String[] {"rw-r-----", "rw----r--", "rw--w----", "rw-----w-"}) {
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(open));
      refuses("is open to others", () -> file(path).open(true));
    }
  }

  @Test
  void refusesTheKeyOfAnotherInstallation() {
    MemoryKeysets keysets = new MemoryKeysets();
    Vault.open(file(folder.resolve("one.key")), keysets, Clock.systemUTC()).passwordPepper();
    file(folder.resolve("two.key")).open(false);
    refuses(
        "not the one that sealed",
        () -> Vault.open(file(folder.resolve("two.key")), keysets, Clock.systemUTC()));
  }

  private static void refuses(String why, ThrowingCallable opening) {
    assertThatThrownBy(opening)
        .isInstanceOf(VaultException.class)
        .hasMessageContaining(why)
        .satisfies(e -> assertThat(String.valueOf(e.getMessage()).lines()).hasSize(1));
  }

  private Path write(byte[] content) throws Exception {
    Path path = Files.createTempFile(folder, "whyops", ".key");
    return Files.write(path, content);
  }

  private static KeyFile file(Path path) {
    return new KeyFile(path, new SecureRandom());
  }
}
