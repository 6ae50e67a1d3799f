package dev.whyops.dashboard;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.whyops.http.ApiException;
import dev.whyops.json.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The one shape of a refusal. */
record Failures(Body error) {
  /**
   * @param details faults of single fields; absent when there are none
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Body(String code, String message, String requestId, @Nullable List<Field> details) {}

  record Field(String field, String message, String code) {}

  static byte[] json(ApiException refusal, String requestId) {
    List<Field> details =
        refusal.details().stream().map(d -> new Field(d.field(), d.message(), d.code())).toList();
    return json(refusal.code(), refusal.text(), requestId, details.isEmpty() ? null : details);
  }

  static byte[] json(String code, String message, String requestId) {
    return json(code, message, requestId, null);
  }

  private static byte[] json(
      String code, String message, String requestId, @Nullable List<Field> details) {
    return Json.mapper()
        .writeValueAsBytes(new Failures(new Body(code, message, requestId, details)));
  }
}
