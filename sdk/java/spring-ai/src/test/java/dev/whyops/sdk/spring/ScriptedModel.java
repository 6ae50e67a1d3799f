package dev.whyops.sdk.spring;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.GZIPInputStream;

/** An OpenAI-shaped model that asks for a tool first, and the ingest of WhyOps beside it. */
final class ScriptedModel implements AutoCloseable {
  static final String TEXT = "It has shipped.";
  final List<String> ingested = new CopyOnWriteArrayList<>();
  final String url;
  private final HttpServer server;

  ScriptedModel() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::handle);
    server.start();
    url = "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private void handle(HttpExchange exchange) throws IOException {
    InputStream in = exchange.getRequestBody();
    boolean coded = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
    byte[] raw = (coded ? new GZIPInputStream(in) : in).readAllBytes();
    String body = new String(raw, StandardCharsets.UTF_8);
    String answer = "{}";
    if (exchange.getRequestURI().getPath().endsWith("/events/ingest")) {
      ingested.add(body);
    } else {
      boolean answered = body.contains("\"tool_call_id\"");
      String message =
          answered
              ? "{\"role\":\"assistant\",\"content\":\"" + TEXT + "\"}"
              : "{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":\"call_1\",\"type\":\"function\","
                    + "\"function\":{\"name\":\"searchOrders\",\"arguments\":\"{\\\"orderId\\\":\\\"123\\\"}\"}}]}";
      answer =
          "{\"id\":\"chatcmpl-"
              + (answered ? 2 : 1)
              + "\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"gpt-4o\","
              + "\"choices\":[{\"index\":0,\"finish_reason\":\""
              + (answered ? "stop" : "tool_calls")
              + "\",\"message\":"
              + message
              + "}],\"usage\":{\"prompt_tokens\":100,\"completion_tokens\":20,\"total_tokens\":120,"
              + "\"prompt_tokens_details\":{\"cached_tokens\":60}}}";
    }
    byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(200, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
