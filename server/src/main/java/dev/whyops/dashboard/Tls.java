package dev.whyops.dashboard;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * HTTPS of the listener from two PEM files, which are read again when they change. A new pair that
 * cannot be read leaves the old one in use.
 */
public final class Tls {
  private static final Logger LOG = LoggerFactory.getLogger(Tls.class);
  private static final List<String> KEY_TYPES = List.of("EC", "RSA", "Ed25519");
  private static final char[] NO_PASSWORD = new char[0];

  private final Optional<PemFiles> files;
  private final Optional<SslContextFactory.Server> factory;
  private FileTime loaded = FileTime.fromMillis(0);

  private record PemFiles(Path certificate, Path key) {}

  private Tls(Optional<PemFiles> files) {
    this.files = files;
    this.factory = files.map(_ -> new SslContextFactory.Server());
  }

  /** Plain HTTP. */
  public static Tls none() {
    return new Tls(Optional.empty());
  }

  /**
   * @param certificate the chain, the server's own first
   * @param key PKCS #8, not encrypted
   */
  public static Tls ofPem(Path certificate, Path key) {
    Tls tls = new Tls(Optional.of(new PemFiles(certificate, key)));
    tls.reloadIfChanged();
    return tls;
  }

  Optional<SslContextFactory.Server> factory() {
    return factory;
  }

  /** Called now and then; cheap while nothing changed. */
  public synchronized void reloadIfChanged() {
    if (files.isEmpty()) {
      return;
    }
    SslContextFactory.Server ssl = factory.orElseThrow();
    boolean first = ssl.getKeyStore() == null;
    try {
      FileTime changed = newest(files.get());
      if (changed.equals(loaded)) {
        return;
      }
      KeyStore store = keyStore(files.get());
      if (first) {
        configure(ssl, store);
      } else {
        ssl.reload(context -> configure((SslContextFactory.Server) context, store));
        LOG.info("tls_reloaded file={}", files.get().certificate().getFileName());
      }
      loaded = changed;
    } catch (Exception e) {
      if (first) {
        throw new IllegalStateException(
            "cannot read the TLS files (PEM; the key as PKCS #8 without a password): "
                + e.getMessage(),
            e);
      }
      LOG.warn("tls_reload_failed cause={}", e.toString());
    }
  }

  private static void configure(SslContextFactory.Server ssl, KeyStore store) {
    ssl.setKeyStore(store);
    ssl.setKeyStorePassword("");
    ssl.setSniRequired(false);
  }

  private static FileTime newest(PemFiles files) throws IOException {
    FileTime certificate = Files.getLastModifiedTime(files.certificate());
    FileTime key = Files.getLastModifiedTime(files.key());
    return certificate.compareTo(key) > 0 ? certificate : key;
  }

  private static KeyStore keyStore(PemFiles files) throws IOException, GeneralSecurityException {
    Certificate[] chain;
    try (var in = Files.newInputStream(files.certificate())) {
      chain =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(in)
              .toArray(Certificate[]::new);
    }
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, NO_PASSWORD);
    store.setKeyEntry("listener", privateKey(files.key()), NO_PASSWORD, chain);
    return store;
  }

  private static PrivateKey privateKey(Path file) throws IOException, GeneralSecurityException {
    String pem = Files.readString(file, StandardCharsets.US_ASCII);
    String begin = "-----BEGIN PRIVATE KEY-----";
    int from = pem.indexOf(begin);
    int to = pem.indexOf("-----END PRIVATE KEY-----");
    if (from < 0 || to < from) {
      throw new GeneralSecurityException("no PKCS #8 private key in " + file.getFileName());
    }
    byte[] der = Base64.getMimeDecoder().decode(pem.substring(from + begin.length(), to));
    for (String type : KEY_TYPES) {
      try {
        return KeyFactory.getInstance(type).generatePrivate(new PKCS8EncodedKeySpec(der));
      } catch (GeneralSecurityException e) {
        LOG.debug("not a key of type {}", type);
      }
    }
    throw new GeneralSecurityException("a private key of an unknown type");
  }
}
