package dev.whyops.dashboard;

import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/**
 * Gives the refusals of the HTTP parser, which never reach a route, the shape of all others: JSON,
 * the browser's headers, a request id, and none of the input.
 */
final class JettyRefusals extends ErrorHandler {
  private final Exchange exchange;

  JettyRefusals(Exchange exchange) {
    this.exchange = exchange;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    int status = response.getStatus() < 400 ? 500 : response.getStatus();
    String id = exchange.newId();
    HttpFields.Mutable headers = response.getHeaders();
    headers.remove(HttpHeader.CONTENT_LENGTH);
    headersInto(headers, id);
    response.write(true, ByteBuffer.wrap(body(status, id)), callback);
    return true;
  }

  private void headersInto(HttpFields.Mutable headers, String id) {
    exchange.browserHeaders().forEach((name, value) -> headers.put(new HttpField(name, value)));
    headers.put(Exchange.REQUEST_ID, id);
    headers.put(HttpHeader.CONTENT_TYPE, "application/json");
  }

  private static byte[] body(int status, String id) {
    return switch (status) {
      case 408 -> Failures.json("request_timeout", "The request took too long.", id);
      case 413 -> Failures.json("body_too_large", "The body is too large.", id);
      case 414 -> Failures.json("uri_too_long", "The URL is too long.", id);
      case 431 -> Failures.json("headers_too_large", "The headers are too large.", id);
      case 503 -> Failures.json("unavailable", "The server is stopping.", id);
      default ->
          status < 500 || status == 505
              ? Failures.json("bad_request", "The request is not well formed.", id)
              : Failures.json("internal", "Something went wrong on the server.", id);
    };
  }
}
