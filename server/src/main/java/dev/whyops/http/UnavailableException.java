package dev.whyops.http;

import java.util.List;
import java.util.Map;

/** Something the server depends on cannot answer now; the same request may succeed later. */
public final class UnavailableException extends ApiException {
  private static final long serialVersionUID = 1;

  public UnavailableException(String code, String message) {
    super(503, code, message, List.of(), Map.of("Retry-After", "1"));
  }
}
