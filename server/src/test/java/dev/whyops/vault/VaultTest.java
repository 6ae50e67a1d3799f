package dev.whyops.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whyops.id.ManualTime;
import dev.whyops.project.ProjectId;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VaultTest {
  private static final ProjectId A = new ProjectId("prj_A");
  private static final ProjectId B = new ProjectId("prj_B");
  private static final Origin HERE = Origin.of(URI.create("https://api.example.com/v1"));
  private static final Secret KEY = new Secret("sk-canary-0123456789");

  @TempDir Path folder;
  private final MemoryKeysets keysets = new MemoryKeysets();
  private final ManualTime time = new ManualTime();

  @Test
  void opensWhatItSealed() {
    Vault vault = open();
    String sealed = vault.sealProviderKey(A, "prv_1", HERE, 1, KEY);
    assertThat(sealed).doesNotContain("canary");
    assertThat(vault.openProviderKey(A, "prv_1", HERE, 1, sealed)).isEqualTo(KEY);
    assertThat(open().openProviderKey(A, "prv_1", HERE, 1, sealed)).isEqualTo(KEY);
  }

  @Test
  @DisplayName("newOriginNeedsKey: under another place a key does not open")
  void aKeyIsBoundToItsPlace() {
    Vault vault = open();
    String sealed = vault.sealProviderKey(A, "prv_1", HERE, 1, KEY);
    vault.signatureKey(B);
    for (String other :
        List.of(
            "http://api.example.com/v1",
            "https://api.example.com:8443/v1",
            "https://evil.example.com/v1")) {
      refuses(() -> vault.openProviderKey(A, "prv_1", Origin.of(URI.create(other)), 1, sealed));
    }
    refuses(() -> vault.openProviderKey(B, "prv_1", HERE, 1, sealed));
    refuses(() -> vault.openProviderKey(A, "prv_2", HERE, 1, sealed));
    refuses(() -> vault.openProviderKey(A, "prv_1", HERE, 2, sealed));
  }

  @Test
  void anOriginIsTheSameHoweverItIsWritten() {
    assertThat(Origin.of(URI.create("HTTPS://API.Example.com"))).isEqualTo(HERE);
    assertThat(Origin.of(URI.create("https://api.example.com:443/other"))).isEqualTo(HERE);
    assertThat(HERE.text()).isEqualTo("https://api.example.com:443");
  }

  @Test
  void fieldsOfAssociatedDataCannotRunIntoEachOther() {
    assertThat(Aad.of("l|", "ab", "c")).isNotEqualTo(Aad.of("l|", "a", "bc"));
    assertThat(Aad.of("l|", "a")).isNotEqualTo(Aad.of("l|", "a", ""));
    assertThat(Aad.of("l|", "a")).isNotEqualTo(Aad.of("m|", "a"));
  }

  @Test
  void signatureKeysStayAndDiffer() {
    Vault vault = open();
    byte[] a = vault.signatureKey(A);
    assertThat(a).hasSize(32).isNotEqualTo(vault.signatureKey(B));
    assertThat(open().signatureKey(A)).isEqualTo(a);
    assertThat(vault.cachedSignatureKey(A)).hasValueSatisfying(k -> assertThat(k).isEqualTo(a));
    assertThat(vault.cachedSignatureKey(new ProjectId("prj_C"))).isEmpty();
  }

  @Test
  void aPrimaryKeyIsRenewedAfterNinetyDays() {
    Vault vault = open();
    String old = vault.sealProviderKey(A, "prv_1", HERE, 1, KEY);
    String before = row("prj_A").wrapped();
    time.pass(Duration.ofDays(91));
    vault.sealProviderKey(A, "prv_2", HERE, 1, KEY);
    Keysets.Row row = row("prj_A");
    assertThat(row.wrapped()).isNotEqualTo(before);
    assertThat(row.primaryAt()).isEqualTo(time.instant());
    assertThat(row.useCount()).isEqualTo(1);
    assertThat(vault.openProviderKey(A, "prv_1", HERE, 1, old)).isEqualTo(KEY);
  }

  @Test
  void aPrimaryKeyStaysUntilItIsOldOrWorn() {
    Vault vault = open();
    vault.sealProviderKey(A, "prv_1", HERE, 1, KEY);
    Instant made = row("prj_A").primaryAt();
    time.pass(Duration.ofDays(90));
    vault.sealProviderKey(A, "prv_2", HERE, 1, KEY);
    assertThat(row("prj_A").primaryAt()).isEqualTo(made);
    assertThat(row("prj_A").useCount()).isEqualTo(3); // its own key was sealed first

    usedUp((1L << 31) - 1);
    vault.sealProviderKey(A, "prv_3", HERE, 1, KEY);
    assertThat(row("prj_A").primaryAt()).isEqualTo(made);
    usedUp(1L << 31);
    vault.sealProviderKey(A, "prv_4", HERE, 1, KEY);
    assertThat(row("prj_A").primaryAt()).isEqualTo(time.instant());
    assertThat(row("prj_A").useCount()).isEqualTo(1);
  }

  private void usedUp(long uses) {
    Keysets.Row row = row("prj_A");
    keysets.rows.put(
        "prj_A",
        new Keysets.Row(
            row.owner(), row.kekId(), row.wrapped(), row.sealedKey(), row.primaryAt(), uses));
  }

  @Test
  @DisplayName("F-32 a rotation wraps again what another process was faster to seal")
  void rotationLosesNoRace() {
    Vault vault = open();
    vault.signatureKey(A);
    String before = row("prj_A").kekId();
    keysets.racesToLose = 1;
    vault.rotateKey();
    assertThat(keysets.racesToLose).isZero();
    assertThat(row("prj_A").kekId()).isNotEqualTo(before);
    assertThat(open().signatureKey(A)).hasSize(32);
  }

  @Test
  void theIdOfAKeyFollowsFromTheKeyForGood() throws Exception {
    byte[] key = new byte[32];
    for (int i = 0; i < key.length; i++) {
      key[i] = (byte) (i + 1);
    }
    Path path = Files.write(folder.resolve("whyops.key"), key);
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
    assertThat(open().passwordPepper()).hasSize(32);
    // SHA-256 over "whyops key id" and the key, its first eight bytes; rows are found by it
    assertThat(row("*").kekId()).isEqualTo("cb991fb7590d1924");
  }

  @Test
  void aDestroyedKeysetOpensNothing() {
    Vault vault = open();
    String sealed = vault.sealProviderKey(A, "prv_1", HERE, 1, KEY);
    keysets.rows.remove("prj_A");
    vault.forget(A);
    refuses(() -> vault.openProviderKey(A, "prv_1", HERE, 1, sealed));
  }

  @Test
  @DisplayName("F-32 a rotation that is killed at any point goes on with the next start")
  void rotationMayBeKilled() throws IOException {
    Vault vault = open();
    List<String> sealed = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      sealed.add(vault.sealProviderKey(new ProjectId("prj_" + i), "prv", HERE, 1, KEY));
    }
    byte[] pepper = vault.passwordPepper();
    for (int survived = 0; survived <= 5; survived++) {
      String idBefore = row("*").kekId();
      keysets.replacementsLeft = survived;
      assertThatThrownBy(open()::rotateKey).hasMessage("killed");
      keysets.replacementsLeft = Integer.MAX_VALUE;

      Vault next = open();
      for (int i = 0; i < 5; i++) {
        ProjectId project = new ProjectId("prj_" + i);
        assertThat(next.openProviderKey(project, "prv", HERE, 1, sealed.get(i))).isEqualTo(KEY);
      }
      assertThat(next.passwordPepper()).hasSize(32).isEqualTo(pepper);
      assertThat(Files.readAllLines(folder.resolve("whyops.key"))).hasSize(1);
      assertThat(keysets.rows.values()).extracting(Keysets.Row::kekId).doesNotContain(idBefore);
    }
  }

  @Test
  @DisplayName("F-32 a rotation leaves one key in the file")
  void rotationEnds() throws Exception {
    Vault vault = open();
    String sealed = vault.sealProviderKey(A, "prv", HERE, 1, KEY);
    String before = Files.readString(folder.resolve("whyops.key"));
    vault.rotateKey();
    assertThat(Files.readString(folder.resolve("whyops.key")).lines())
        .hasSize(1)
        .doesNotContain(before.strip());
    assertThat(vault.openProviderKey(A, "prv", HERE, 1, sealed)).isEqualTo(KEY);
    assertThat(open().openProviderKey(A, "prv", HERE, 1, sealed)).isEqualTo(KEY);
  }

  @Test
  void secretsPrintNothing() {
    assertThat(KEY).hasToString("***");
    assertThat(KEY.last4()).isEqualTo("6789");
    assertThat(new Secret("short").last4()).isEmpty();
    assertThat((Object) new Secret("short")).isEqualTo(new Secret("short")).isNotEqualTo("short");
    assertThat(new Secret("elevenchars").last4()).isEmpty();
    assertThat(new Secret("twelve chars").last4()).isEqualTo("hars");
    assertThat(KEY).isEqualTo(new Secret("sk-canary-0123456789")).isNotEqualTo(new Secret("sk-"));
  }

  private Keysets.Row row(String owner) {
    return keysets.find(owner).orElseThrow();
  }

  private Vault open() {
    return Vault.open(new KeyFile(folder.resolve("whyops.key"), new SecureRandom()), keysets, time);
  }

  private static void refuses(Runnable opening) {
    assertThatThrownBy(opening::run)
        .isInstanceOf(VaultException.class)
        .hasMessageNotContaining("canary");
  }
}
