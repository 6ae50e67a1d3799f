package dev.whyops.sdk;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullUnmarked;

/** Reads traces of the started server, as its dashboard does. */
@NullUnmarked // reads JSON bluntly
final class LiveTraces {
  private LiveTraces() {}

  /** The trace as soon as it has this many events; waits five seconds for them. */
  static Map<?, ?> read(String traceId, int events) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create(System.getenv("WHYOPS_TEST_DASHBOARD") + "/api/traces/" + traceId))
            .header("Authorization", "Bearer " + System.getenv("WHYOPS_TEST_READ_KEY"))
            .build();
    String seen = "";
    for (int attempt = 0; attempt < 100; attempt++) {
      HttpResponse<String> response =
          HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
      seen = response.body();
      if (response.statusCode() == 200
          && JsonReader.object(seen).get("events") instanceof List<?> found
          && found.size() >= events) {
        return JsonReader.object(seen);
      }
      Thread.sleep(50);
    }
    throw new AssertionError("the trace is not complete after 5 s: " + seen);
  }
}
