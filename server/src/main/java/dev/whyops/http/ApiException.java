package dev.whyops.http;

import java.util.List;
import java.util.Map;

/**
 * A refusal with a status, a stable code and a message that is safe to show. Never carries input
 * secrets, SQL or host names.
 */
public class ApiException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final int status;
  private final String code;
  private final transient List<Detail> details;
  private final transient Map<String, String> headers;

  /** One fault inside a batch or body. */
  public record Detail(int index, String field, String message, String code) {}

  public ApiException(int status, String code, String message) {
    this(status, code, message, List.of(), Map.of());
  }

  public ApiException(
      int status, String code, String message, List<Detail> details, Map<String, String> headers) {
    super(message, null, false, false);
    this.status = status;
    this.code = code;
    this.details = List.copyOf(details);
    this.headers = Map.copyOf(headers);
  }

  /** 400 for one field of a body. */
  public static ApiException invalid(String field, String code, String message) {
    return new ApiException(
        400, code, message, List.of(new Detail(0, field, message, code)), Map.of());
  }

  /** The one answer for an unknown id and for another project's. */
  public static ApiException notFound(String thing) {
    return new ApiException(404, "not_found", "No such " + thing + ".");
  }

  public int status() {
    return status;
  }

  public String code() {
    return code;
  }

  public List<Detail> details() {
    return details;
  }

  public Map<String, String> headers() {
    return headers;
  }

  /** The text for the client; never null. */
  public String text() {
    return String.valueOf(getMessage());
  }
}
