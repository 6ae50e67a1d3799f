package dev.whyops.vault;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.crypto.tink.Aead;
import com.google.crypto.tink.KeysetHandle;
import dev.whyops.project.ProjectId;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * Seals and opens secrets. Every project has a keyset of its own, wrapped by the key of the key
 * file; what is sealed is bound to the place it was sealed for by its associated data.
 *
 * <p>Opened keysets stay in memory for at most {@link #OPEN_MAX}. Thread-safe; may block.
 */
public final class Vault {
  /** How long an opened key may stay in memory. */
  public static final Duration OPEN_MAX = Duration.ofMinutes(5);

  private static final Duration PRIMARY_AGE_MAX = Duration.ofDays(90);
  private static final long PRIMARY_USES_MAX = 1L << 31;
  private static final int OPEN_COUNT_MAX = 10_000;

  private record Opened(Keysets.Row row, KeysetHandle handle, Aead aead) {}

  private final KeyFile file;
  private final Keysets keysets;
  private final Clock clock;
  private final Cache<String, Opened> opened =
      Caffeine.newBuilder()
          .maximumSize(OPEN_COUNT_MAX)
          .expireAfterWrite(OPEN_MAX)
          .executor(Runnable::run)
          .build();
  private volatile KeyRing ring;

  private Vault(KeyFile file, KeyRing ring, Keysets keysets, Clock clock) {
    this.file = file;
    this.ring = ring;
    this.keysets = keysets;
    this.clock = clock;
  }

  /**
   * Opens the vault, makes the key file on a first start and finishes an interrupted rotation.
   *
   * @throws VaultException when the key file is unusable, missing although sealed rows exist, or
   *     not the one that sealed them
   */
  public static Vault open(KeyFile file, Keysets keysets, Clock clock) {
    var owners = keysets.owners();
    var keys = file.open(!owners.isEmpty());
    Vault vault = new Vault(file, new KeyRing(keys), keysets, clock);
    for (String owner : owners) {
      keysets.find(owner).ifPresent(vault.ring::unwrap);
    }
    if (keys.size() > 1) {
      vault.rewrapAll();
      file.replace(keys.subList(0, 1));
    }
    return vault;
  }

  /**
   * Replaces the key of the key file and wraps every keyset anew. May be killed at any point: the
   * file then names both keys and the next start goes on. No other process may have the vault open
   * meanwhile: it would seal under the key that goes.
   */
  public synchronized void rotateKey() {
    byte[] next = file.newKey();
    var before = file.open(true);
    file.replace(List.of(next, before.getFirst()));
    ring = new KeyRing(List.of(next, before.getFirst()));
    rewrapAll();
    file.replace(List.of(next));
    ring = new KeyRing(List.of(next));
    opened.invalidateAll();
  }

  /** Seals a provider's key for one origin; the text for the database. */
  public String sealProviderKey(
      ProjectId project, String providerId, Origin origin, int keyVersion, Secret key) {
    Opened keyset = forSealing(project.value());
    return seal(
        keyset.aead,
        key.reveal().getBytes(StandardCharsets.UTF_8),
        providerAad(project, providerId, origin, keyVersion));
  }

  /**
   * @throws VaultException when it was sealed for another project, provider, origin or version
   */
  public Secret openProviderKey(
      ProjectId project, String providerId, Origin origin, int keyVersion, String sealed) {
    byte[] bytes =
        open(
            opened(project.value()).aead,
            sealed,
            providerAad(project, providerId, origin, keyVersion));
    return new Secret(new String(bytes, StandardCharsets.UTF_8));
  }

  /** 256 bits that sign this project's traces; the same ones until the project is deleted. */
  public byte[] signatureKey(ProjectId project) {
    return ownKey(project.value());
  }

  /** As {@link #signatureKey}, if it is in memory. Never blocks. */
  public Optional<byte[]> cachedSignatureKey(ProjectId project) {
    return Optional.ofNullable(opened.getIfPresent(project.value())).map(Vault::ownKey);
  }

  /** 256 bits that no database holds in clear, mixed into every password hash. */
  public byte[] passwordPepper() {
    return ownKey(Keysets.INSTALLATION);
  }

  /** Drops what is in memory of a project whose keyset was destroyed. */
  public void forget(ProjectId project) {
    opened.invalidate(project.value());
  }

  private byte[] ownKey(String owner) {
    return ownKey(opened(owner));
  }

  private static byte[] ownKey(Opened keyset) {
    return open(keyset.aead, keyset.row.sealedKey(), Aad.of("v1|sg|", keyset.row.owner()));
  }

  private Opened opened(String owner) {
    Opened known = opened.getIfPresent(owner);
    if (known != null) {
      return known;
    }
    Keysets.Row row = keysets.find(owner).orElseGet(() -> keysets.insertIfAbsent(newRow(owner)));
    return remember(row);
  }

  private Opened remember(Keysets.Row row) {
    KeysetHandle handle = ring.unwrap(row);
    Opened keyset = new Opened(row, handle, KeyRing.aead(handle));
    opened.put(row.owner(), keyset);
    return keyset;
  }

  private Keysets.Row newRow(String owner) {
    KeysetHandle handle = KeyRing.newKeyset();
    String sealedKey = seal(KeyRing.aead(handle), file.newKey(), Aad.of("v1|sg|", owner));
    return new Keysets.Row(
        owner, ring.primaryId(), ring.wrap(handle, owner), sealedKey, clock.instant(), 1);
  }

  /** Counts the use and changes the primary key when it is old or worn. */
  private Opened forSealing(String owner) {
    while (true) {
      opened(owner); // makes the row on first use
      Keysets.Row before = keysets.find(owner).orElseThrow();
      KeysetHandle handle = ring.unwrap(before);
      boolean worn =
          before.useCount() >= PRIMARY_USES_MAX
              || before.primaryAt().plus(PRIMARY_AGE_MAX).isBefore(clock.instant());
      KeysetHandle next = worn ? KeyRing.withNewPrimary(handle) : handle;
      Keysets.Row after =
          new Keysets.Row(
              owner,
              ring.primaryId(),
              ring.wrap(next, owner),
              before.sealedKey(),
              worn ? clock.instant() : before.primaryAt(),
              worn ? 1 : before.useCount() + 1);
      if (keysets.replace(before, after)) {
        return remember(after);
      }
    }
  }

  private void rewrapAll() {
    for (String owner : keysets.owners()) {
      boolean done = false;
      while (!done) {
        Optional<Keysets.Row> row = keysets.find(owner);
        done = row.isEmpty() || row.get().kekId().equals(ring.primaryId()) || rewrap(row.get());
      }
    }
  }

  private boolean rewrap(Keysets.Row row) {
    return keysets.replace(
        row,
        new Keysets.Row(
            row.owner(),
            ring.primaryId(),
            ring.wrap(ring.unwrap(row), row.owner()),
            row.sealedKey(),
            row.primaryAt(),
            row.useCount()));
  }

  private static byte[] providerAad(
      ProjectId project, String providerId, Origin origin, int keyVersion) {
    return Aad.of(
        "v1|pk|", project.value(), providerId, origin.text(), Integer.toString(keyVersion));
  }

  private static String seal(Aead aead, byte[] clear, byte[] aad) {
    try {
      return Base64.getEncoder().encodeToString(aead.encrypt(clear, aad));
    } catch (GeneralSecurityException e) {
      throw new VaultException("A secret cannot be sealed.");
    }
  }

  private static byte[] open(Aead aead, String sealed, byte[] aad) {
    try {
      return aead.decrypt(Base64.getDecoder().decode(sealed), aad);
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new VaultException("A sealed secret does not open here.");
    }
  }
}
