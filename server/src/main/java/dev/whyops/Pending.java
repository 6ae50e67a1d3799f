package dev.whyops;

import dev.whyops.http.ApiException;
import java.lang.reflect.Proxy;

/** Answers 503 for a port whose engine is not composed yet. */
final class Pending {
  private Pending() {}

  static <T> T of(Class<T> port) {
    return port.cast(
        Proxy.newProxyInstance(
            port.getClassLoader(),
            new Class<?>[] {port},
            (self, method, arguments) -> {
              throw new ApiException(503, "not_available", "This part is not available yet.");
            }));
  }
}
