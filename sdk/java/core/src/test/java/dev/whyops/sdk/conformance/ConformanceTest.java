package dev.whyops.sdk.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.ObjectMappers;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/**
 * Runs the shared cases with the official clients, straight and through the gateway, and writes
 * what the clients gave their user; {@code e2e/conformance.py} compares.
 */
@EnabledIfEnvironmentVariable(named = "WHYOPS_TEST_OUTCOMES", matches = ".+")
class ConformanceTest {
  private static final JsonMapper JSON = ObjectMappers.jsonMapper();
  private static final Path CASES = Path.of("..", "..", "contract", "conformance", "cases.json");
  private static final Set<String> HEADERS =
      Set.of(
          "content-type",
          "content-length",
          "retry-after",
          "x-request-id",
          "request-id",
          "x-should-retry");
  private static final List<String> HEADER_FAMILIES =
      List.of("x-ratelimit-", "anthropic-", "openai-");
  private static final Pattern REFERENCE = Pattern.compile("\\$(\\d+)\\.(\\w+)");

  private final HttpClient http = HttpClient.newHttpClient();
  private final String provider = environment("WHYOPS_TEST_PROVIDER");

  @Test
  void givesOutcomesOfBothLegs() throws Exception {
    ObjectNode outcomes = JSON.createObjectNode();
    outcomes
        .putObject("clients")
        .put("openai", version(OpenAIOkHttpClient.class))
        .put("anthropic", version(AnthropicOkHttpClient.class));
    ObjectNode legs = outcomes.putObject("legs");
    leg(legs.putArray("direct"), provider, environment("WHYOPS_TEST_PROVIDER_KEY"), "direct");
    leg(
        legs.putArray("gateway"),
        environment("WHYOPS_TEST_GATEWAY"),
        environment("WHYOPS_TEST_KEY"),
        "gateway");
    Path folder = Path.of(environment("WHYOPS_TEST_OUTCOMES"));
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("java.json"), JSON.writeValueAsString(outcomes));
    assertThat(legs.path("direct")).hasSameSizeAs(legs.path("gateway"));
  }

  private void leg(ArrayNode outcomes, String base, String key, String leg) throws Exception {
    for (JsonNode one : JSON.readTree(CASES.toFile()).path("cases")) {
      String marker =
          "java-%d-%s-%d".formatted(ProcessHandle.current().pid(), leg, outcomes.size());
      try (Calls client = client(one, base, key, marker)) {
        ObjectNode outcome = outcomes.addObject();
        ArrayNode steps = outcome.putArray("steps");
        for (JsonNode step : one.path("steps")) {
          steps.add(taken(client, step, steps, URI.create(base).getAuthority()));
        }
        outcome.set("tries", tries(marker));
      }
    }
  }

  private static Calls client(JsonNode one, String base, String key, String marker) {
    int retries = one.path("maxRetries").asInt(0);
    Duration timeout = Duration.ofMillis(one.path("timeoutMs").asLong(30_000));
    String script = ("marker=" + marker + " " + one.path("script").asText("")).trim();
    return one.path("dialect").asText().equals("openai")
        ? new OpenAiCalls(
            OpenAIOkHttpClient.builder()
                .baseUrl(base + "/v1")
                .apiKey(key)
                .maxRetries(retries)
                .timeout(timeout)
                .putHeader("X-Agent-Name", "conformance")
                .putHeader("X-Fake-Script", script)
                .build())
        : new AnthropicCalls(
            AnthropicOkHttpClient.builder()
                .baseUrl(base)
                .apiKey(key)
                .maxRetries(retries)
                .timeout(timeout)
                .putHeader("X-Agent-Name", "conformance")
                .putHeader("X-Fake-Script", script)
                .build());
  }

  /** What one call gave: a result or chunks, or how far it came and the error. */
  private static ObjectNode taken(Calls client, JsonNode step, ArrayNode before, String host) {
    ObjectNode seen = JSON.createObjectNode();
    try {
      take(client, step, before, seen);
    } catch (Exception e) {
      ObjectNode error = seen.putObject("error");
      error.put("class", e.getClass().getSimpleName());
      // Connection failures name the address, which is what differs between the legs.
      error.put("message", String.valueOf(e.getMessage()).replace(host, "HOST"));
      error.put("cause", cause(e.getCause()));
      Calls.Failed failed = client.failed(e);
      if (failed != null) {
        error.put("status", failed.status()).put("code", failed.code());
        error.put("type", failed.type()).put("param", failed.param());
        error.set("body", failed.body());
        seen.set("headers", headers(failed.headers()));
      }
    }
    return seen;
  }

  private static @Nullable String cause(@Nullable Throwable cause) {
    if (cause instanceof InterruptedIOException) {
      return "timeout"; // the client's two timers race: the call's and the socket's
    }
    return cause == null ? null : cause.getClass().getSimpleName();
  }

  private static void take(Calls client, JsonNode step, ArrayNode before, ObjectNode seen)
      throws Exception {
    String id = reference(step.path("id").asText(""), before);
    JsonNode body = resolved(step.path("body"), before);
    boolean stream = step.has("form");
    Calls.Answered answered = client.call(step.path("call").asText(), id, body, stream);
    try (AutoCloseable connection = answered.connection()) {
      seen.set("headers", headers(answered.headers()));
      if (answered.chunks() == null) {
        seen.set("result", answered.result());
        return;
      }
      ArrayNode chunks = seen.putArray("chunks");
      int keep = step.path("keep").asInt(Integer.MAX_VALUE);
      while (chunks.size() < keep && answered.chunks().hasNext()) {
        chunks.add(answered.chunks().next());
      }
    }
  }

  /** {@code $2.id} is the id of the third step's result. */
  private static String reference(String text, ArrayNode before) {
    Matcher matcher = REFERENCE.matcher(text);
    return matcher.matches()
        ? before
            .path(Integer.parseInt(matcher.group(1)))
            .path("result")
            .path(matcher.group(2))
            .asText()
        : text;
  }

  /** A body with references and large texts put in. */
  private static JsonNode resolved(JsonNode value, ArrayNode before) {
    if (value.isTextual()) {
      return JSON.getNodeFactory().textNode(reference(value.asText(), before));
    }
    if (value.isArray()) {
      ArrayNode items = JSON.createArrayNode();
      value.forEach(item -> items.add(resolved(item, before)));
      return items;
    }
    if (value.has("$repeat")) {
      JsonNode repeat = value.path("$repeat");
      return JSON.getNodeFactory().textNode(repeat.path(0).asText().repeat(repeat.path(1).asInt()));
    }
    if (value.isObject()) {
      ObjectNode object = JSON.createObjectNode();
      value.properties().forEach(e -> object.set(e.getKey(), resolved(e.getValue(), before)));
      return object;
    }
    return value;
  }

  private static ObjectNode headers(Map<String, List<String>> headers) {
    ObjectNode seen = JSON.createObjectNode();
    new TreeMap<>(headers)
        .forEach(
            (name, values) -> {
              String lower = name.toLowerCase(Locale.ROOT);
              if (HEADERS.contains(lower) || HEADER_FAMILIES.stream().anyMatch(lower::startsWith)) {
                seen.put(lower, String.join(", ", values));
              }
            });
    return seen;
  }

  /** The requests that reached the provider, once all of them have ended. */
  private JsonNode tries(String marker) throws Exception {
    long deadline = System.nanoTime() + Duration.ofSeconds(5).toNanos();
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(provider + "/fake/seen?marker=" + marker)).build();
    while (true) {
      JsonNode found =
          JSON.readTree(http.send(request, HttpResponse.BodyHandlers.ofString()).body());
      if (found.findValues("end").stream().noneMatch(JsonNode::isNull)
          || System.nanoTime() > deadline) {
        return found;
      }
      Thread.sleep(20);
    }
  }

  private static String environment(String name) {
    return String.valueOf(System.getenv(name));
  }

  private static String version(Class<?> client) {
    String jar = client.getProtectionDomain().getCodeSource().getLocation().getPath();
    return jar.replaceAll(".*-([0-9.]+)\\.jar$", "$1");
  }
}
