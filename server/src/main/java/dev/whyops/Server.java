package dev.whyops;

import dev.whyops.config.Settings;

final class Server implements AutoCloseable {
  static Server start(Settings settings) {
    return new Server();
  }

  @Override
  public void close() {}
}
