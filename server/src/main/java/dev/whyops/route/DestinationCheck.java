package dev.whyops.route;

import dev.whyops.http.ApiException;
import java.net.URI;

/** Decides whether a provider may live at an address. The outbound gate answers; may block. */
@FunctionalInterface
public interface DestinationCheck {
  /**
   * @throws ApiException 400 {@code egress_refused} or {@code loop_refused}
   */
  void check(URI baseUrl);
}
