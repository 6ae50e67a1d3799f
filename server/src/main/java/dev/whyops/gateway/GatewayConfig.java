package dev.whyops.gateway;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Settings of the gateway listener.
 *
 * @param port 0 takes a free one
 * @param dashboardUrl told to a browser that opens the gateway
 * @param tls without it the listener speaks plain HTTP
 */
public record GatewayConfig(
    String host, int port, String dashboardUrl, Optional<TlsFiles> tls, HttpLimits limits) {

  /** PEM files; read again when they change. */
  public record TlsFiles(Path certFile, Path keyFile) {}
}
