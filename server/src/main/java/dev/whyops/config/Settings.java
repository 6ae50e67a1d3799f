package dev.whyops.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * All settings, read and checked.
 *
 * @param journalMaxBytes bytes of journal that may wait for the store
 */
public record Settings(
    Listeners listeners,
    Path dataDir,
    Path secretKeyFile,
    Optional<String> databaseUrl,
    Tls tls,
    List<String> trustedProxies,
    List<String> egressAllow,
    Bootstrap bootstrap,
    JournalSync journalSync,
    long journalMaxBytes,
    Duration traceIdle,
    Duration shutdownGrace) {
  public Settings {
    trustedProxies = List.copyOf(trustedProxies);
    egressAllow = List.copyOf(egressAllow);
  }

  /**
   * Where users reach the gateway: as told, else the listener itself.
   *
   * @param boundPort the listener's, which may have been chosen by the system
   */
  public URI gatewayUrl(int boundPort) {
    return listeners.publicGatewayUrl().orElseGet(() -> listenerUrl(boundPort));
  }

  /** The same for the dashboard. */
  public URI dashboardUrl(int boundPort) {
    return listeners.publicUrl().orElseGet(() -> listenerUrl(boundPort));
  }

  private URI listenerUrl(int port) {
    String host = listeners.host();
    String shown = host.equals("0.0.0.0") || host.equals("::") ? "127.0.0.1" : host;
    String bracketed = shown.indexOf(':') < 0 ? shown : "[" + shown + "]";
    return URI.create((tls.enabled() ? "https" : "http") + "://" + bracketed + ":" + port);
  }

  /** Where the two listeners bind and how users reach them. Port 0 takes a free port. */
  public record Listeners(
      String host,
      int port,
      int dashboardPort,
      Optional<URI> publicUrl,
      Optional<URI> publicGatewayUrl) {}

  /** Both files or none. */
  public record Tls(Optional<Path> certFile, Optional<Path> keyFile) {
    public boolean enabled() {
      return certFile.isPresent();
    }
  }

  /** What the first start creates; ignored afterwards. Holds secrets, so it prints nothing. */
  public record Bootstrap(
      Optional<String> email,
      Optional<String> password,
      Optional<String> apiKey,
      Optional<String> openAiApiKey,
      URI openAiBaseUrl,
      Optional<String> anthropicApiKey,
      URI anthropicBaseUrl) {
    @Override
    public String toString() {
      return "Bootstrap[***]";
    }
  }

  /** When an accepted frame is synced to the disk. */
  public enum JournalSync {
    GROUP,
    INTERVAL_50MS,
    NONE
  }
}
