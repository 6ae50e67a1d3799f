package dev.whyops.vault;

import com.google.crypto.tink.AccessesPartialKey;
import com.google.crypto.tink.Aead;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.RegistryConfiguration;
import com.google.crypto.tink.TinkProtoKeysetFormat;
import com.google.crypto.tink.aead.AeadConfig;
import com.google.crypto.tink.aead.AesGcmKey;
import com.google.crypto.tink.aead.AesGcmParameters;
import com.google.crypto.tink.util.SecretBytes;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The keys of the key file, by id: the first wraps, all unwrap. Immutable and thread-safe.
 *
 * <p>The id of a key is the start of a hash over it, so a row tells which key it needs.
 */
final class KeyRing {
  private static final int KEY_BYTES = 32;

  static {
    try {
      AeadConfig.register();
    } catch (GeneralSecurityException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final Map<String, Aead> keys;
  private final String primaryId;

  KeyRing(List<byte[]> fileKeys) {
    Map<String, Aead> byId = new LinkedHashMap<>();
    fileKeys.forEach(key -> byId.put(id(key), aead(key)));
    this.keys = Map.copyOf(byId);
    this.primaryId = id(fileKeys.getFirst());
  }

  String primaryId() {
    return primaryId;
  }

  static KeysetHandle newKeyset() {
    try {
      return KeysetHandle.newBuilder()
          .addEntry(
              KeysetHandle.generateEntryFromParameters(parameters(AesGcmParameters.Variant.TINK))
                  .withRandomId()
                  .makePrimary())
          .build();
    } catch (GeneralSecurityException e) {
      throw new VaultException("A keyset cannot be made.");
    }
  }

  /** The keyset with a new primary key; the old ones go on opening what they sealed. */
  static KeysetHandle withNewPrimary(KeysetHandle keyset) {
    try {
      return KeysetHandle.newBuilder(keyset)
          .addEntry(
              KeysetHandle.generateEntryFromParameters(parameters(AesGcmParameters.Variant.TINK))
                  .withRandomId()
                  .makePrimary())
          .build();
    } catch (GeneralSecurityException e) {
      throw new VaultException("A keyset cannot be renewed.");
    }
  }

  static Aead aead(KeysetHandle keyset) {
    try {
      return keyset.getPrimitive(RegistryConfiguration.get(), Aead.class);
    } catch (GeneralSecurityException e) {
      throw new VaultException("A keyset cannot be used.");
    }
  }

  String wrap(KeysetHandle keyset, String owner) {
    try {
      return Base64.getEncoder()
          .encodeToString(
              TinkProtoKeysetFormat.serializeEncryptedKeyset(
                  keyset, kek(primaryId), Aad.of("v1|ks|", owner)));
    } catch (GeneralSecurityException e) {
      throw new VaultException("A keyset cannot be wrapped.");
    }
  }

  KeysetHandle unwrap(Keysets.Row row) {
    try {
      return TinkProtoKeysetFormat.parseEncryptedKeyset(
          Base64.getDecoder().decode(row.wrapped()),
          kek(row.kekId()),
          Aad.of("v1|ks|", row.owner()));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new VaultException("A stored keyset does not open with the secret key file.");
    }
  }

  private Aead kek(String kekId) {
    Aead kek = keys.get(kekId);
    if (kek == null) {
      throw new VaultException(
          "The secret key file is not the one that sealed the stored secrets.");
    }
    return kek;
  }

  private static String id(byte[] key) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update("whyops key id".getBytes(StandardCharsets.US_ASCII));
      return HexFormat.of().formatHex(digest.digest(key), 0, 8);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  @AccessesPartialKey
  private static Aead aead(byte[] key) {
    try {
      AesGcmKey aesKey =
          AesGcmKey.builder()
              .setParameters(parameters(AesGcmParameters.Variant.NO_PREFIX))
              .setKeyBytes(SecretBytes.copyFrom(key, InsecureSecretKeyAccess.get()))
              .build();
      return aead(
          KeysetHandle.newBuilder()
              .addEntry(KeysetHandle.importKey(aesKey).withFixedId(1).makePrimary())
              .build());
    } catch (GeneralSecurityException e) {
      throw new VaultException("The secret key cannot be used.");
    }
  }

  private static AesGcmParameters parameters(AesGcmParameters.Variant variant)
      throws GeneralSecurityException {
    return AesGcmParameters.builder()
        .setKeySizeBytes(KEY_BYTES)
        .setIvSizeBytes(12)
        .setTagSizeBytes(16)
        .setVariant(variant)
        .build();
  }
}
