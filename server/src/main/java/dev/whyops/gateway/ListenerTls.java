package dev.whyops.gateway;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;

/**
 * The listener's certificate, read again when its files change. A bad replacement is told once and
 * the old one stays. Thread-safe; the files are looked at by one thread of the caller.
 */
final class ListenerTls {
  private static final long LOOK_NANOS = Duration.ofSeconds(5).toNanos();

  private final Path certFile;
  private final Path keyFile;
  private volatile SslContext context;
  private FileTime certAt;
  private FileTime keyAt;
  private long lookedAt = System.nanoTime();

  /**
   * @throws IOException when the files are no certificate with its key
   */
  ListenerTls(Path certFile, Path keyFile) throws IOException {
    this.certFile = certFile;
    this.keyFile = keyFile;
    this.certAt = Files.getLastModifiedTime(certFile);
    this.keyAt = Files.getLastModifiedTime(keyFile);
    this.context = read();
  }

  SslContext context() {
    return context;
  }

  /** Looks at the files every few seconds at most. May block. */
  synchronized void reload(long nowNanos) {
    if (nowNanos - lookedAt < LOOK_NANOS) {
      return;
    }
    lookedAt = nowNanos;
    try {
      FileTime cert = Files.getLastModifiedTime(certFile);
      FileTime key = Files.getLastModifiedTime(keyFile);
      if (!cert.equals(certAt) || !key.equals(keyAt)) {
        certAt = cert;
        keyAt = key;
        context = read();
      }
    } catch (IOException | RuntimeException e) {
      Log.fault("certificate", e);
    }
  }

  private SslContext read() throws IOException {
    try {
      return SslContextBuilder.forServer(certFile.toFile(), keyFile.toFile())
          .sslProvider(SslProvider.JDK)
          .protocols("TLSv1.3", "TLSv1.2")
          .build();
    } catch (IllegalArgumentException e) {
      throw new IOException("no PEM certificate with its key: " + certFile, e);
    }
  }
}
