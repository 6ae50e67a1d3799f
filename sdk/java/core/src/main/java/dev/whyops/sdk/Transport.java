package dev.whyops.sdk;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/** One batch over HTTP, and what its answer means for each event. Thread-safe. */
final class Transport {
  static final Set<Integer> RETRYABLE = Set.of(408, 429, 500, 502, 503, 504);
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration TIMEOUT = Duration.ofSeconds(15);
  private static final long RETRY_AFTER_MAX_MS = 60_000;
  private static final int GZIP_BYTES_MIN = 1_024;
  private static final int REASON_MAX = 200;

  private final String baseUrl;
  private final @Nullable String apiKey;
  private final HttpClient client;

  Transport(String baseUrl, @Nullable String apiKey) {
    this.baseUrl = baseUrl;
    this.apiKey = apiKey;
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_TIMEOUT)
            .build();
  }

  HttpResponse<String> post(String path, byte[] body) throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(baseUrl + path))
            .timeout(TIMEOUT)
            .header("Content-Type", "application/json")
            .header("User-Agent", "whyops-java/0.1.0");
    if (apiKey != null) {
      request.header("Authorization", "Bearer " + apiKey);
    }
    byte[] sent = body;
    if (body.length >= GZIP_BYTES_MIN) {
      sent = gzipped(body);
      request.header("Content-Encoding", "gzip");
    }
    return client.send(
        request.POST(HttpRequest.BodyPublishers.ofByteArray(sent)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  /** Throws only when interrupted. A batch with faulty events is cut down to its good ones. */
  Delivery send(List<byte[]> batch) throws InterruptedException {
    try {
      HttpResponse<String> response = post("/events/ingest", joined(batch));
      int status = response.statusCode();
      if (status / 100 == 2) {
        return Delivery.sent(batch.size());
      }
      if (RETRYABLE.contains(status)) {
        return Delivery.unsent(batch, retryAfterMs(response, Instant.now()), "HTTP " + status);
      }
      if (status == 400 || status == 413) {
        return withoutTheBad(batch, response);
      }
      return Delivery.rejected(batch.size(), "HTTP " + status + " " + reason(response));
    } catch (IOException unreachable) {
      return Delivery.unsent(batch, null, unreachable.getClass().getSimpleName());
    } catch (IllegalArgumentException badAddress) {
      return Delivery.rejected(batch.size(), String.valueOf(badAddress.getMessage()));
    }
  }

  private Delivery withoutTheBad(List<byte[]> batch, HttpResponse<String> response)
      throws InterruptedException {
    Set<Integer> bad = badIndexes(response, batch.size());
    if (!bad.isEmpty()) {
      List<byte[]> good = new ArrayList<>();
      for (int index = 0; index < batch.size(); index++) {
        if (!bad.contains(index)) {
          good.add(batch.get(index));
        }
      }
      Delivery rejected = Delivery.rejected(bad.size(), reason(response));
      return good.isEmpty() ? rejected : rejected.and(send(good));
    }
    if (batch.size() == 1) {
      return Delivery.rejected(1, reason(response));
    }
    // The server does not say which: halve until the bad one stands alone.
    int middle = batch.size() / 2;
    List<byte[]> rest = batch.subList(middle, batch.size());
    Delivery first = send(batch.subList(0, middle));
    return first.unsent().isEmpty()
        ? first.and(send(rest))
        : first.and(Delivery.unsent(rest, null, ""));
  }

  static @Nullable Long retryAfterMs(HttpResponse<?> response, Instant now) {
    String value = response.headers().firstValue("retry-after").orElse("");
    if (value.isEmpty()) {
      return null;
    }
    double seconds;
    try {
      seconds = Double.parseDouble(value);
    } catch (NumberFormatException noNumber) {
      try {
        Instant until =
            ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
        seconds = Duration.between(now, until).toMillis() / 1000.0;
      } catch (DateTimeParseException noDate) {
        return null;
      }
    }
    return seconds > 0 ? Math.min((long) (seconds * 1000), RETRY_AFTER_MAX_MS) : null;
  }

  private static Map<?, ?> error(HttpResponse<String> response) {
    Object error = JsonReader.object(response.body()).get("error");
    return error instanceof Map<?, ?> map ? map : Map.of();
  }

  private static String reason(HttpResponse<String> response) {
    Map<?, ?> error = error(response);
    String reason = error.get("code") + " " + error.get("message");
    return Json.write(reason.length() > REASON_MAX ? reason.substring(0, REASON_MAX) : reason);
  }

  private static Set<Integer> badIndexes(HttpResponse<String> response, int count) {
    Set<Integer> indexes = new HashSet<>();
    if (error(response).get("details") instanceof List<?> details) {
      for (Object detail : details) {
        if (detail instanceof Map<?, ?> map
            && map.get("index") instanceof Double index
            && index >= 0
            && index < count) {
          indexes.add(index.intValue());
        }
      }
    }
    return indexes;
  }

  private static byte[] joined(List<byte[]> batch) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    char before = '[';
    for (byte[] event : batch) {
      out.write(before);
      out.writeBytes(event);
      before = ',';
    }
    out.write(']');
    return out.toByteArray();
  }

  private static byte[] gzipped(byte[] body) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream(body.length / 4);
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(body);
    }
    return out.toByteArray();
  }
}
