package dev.whyops.dashboard;

import dev.whyops.http.ApiException;
import dev.whyops.http.UnavailableException;
import dev.whyops.id.Ids;
import dev.whyops.json.Json;
import dev.whyops.record.EventStoreException;
import io.javalin.http.Context;
import io.javalin.http.Cookie;
import io.javalin.http.HttpResponseException;
import io.javalin.http.SameSite;
import io.prometheus.metrics.core.metrics.Histogram;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries one request from the wire to its handler and the answer back. */
final class Exchange {
  static final String REQUEST_ID = "X-WhyOps-Request-ID";
  private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);
  private static final String ID_ATTRIBUTE = "whyops.id";
  private static final int HEADERS_MAX = 100;
  private static final int HEADER_BYTES_MAX = 16 * 1024;
  private static final String LIVE = "/api/live";

  private final Gate gate;
  private final BrowserRules rules;
  private final RouteTable routes;
  private final Shares shares;
  private final TrustedProxies proxies;
  private final WebFiles files;
  private final Ids ids;
  private final Histogram seconds;

  Exchange(
      Gate gate,
      BrowserRules rules,
      RouteTable routes,
      Shares shares,
      TrustedProxies proxies,
      WebFiles files,
      Ids ids,
      Histogram seconds) {
    this.gate = gate;
    this.rules = rules;
    this.routes = routes;
    this.shares = shares;
    this.proxies = proxies;
    this.files = files;
    this.ids = ids;
    this.seconds = seconds;
  }

  String newId() {
    return ids.next("req_");
  }

  Map<String, String> browserHeaders() {
    return rules.headers();
  }

  /** What holds for every request, whatever it asks for. */
  void begin(Context ctx) {
    String id = newId();
    ctx.attribute(ID_ATTRIBUTE, id);
    ctx.header(REQUEST_ID, id);
    rules.headers().forEach(ctx::header);
    HttpServletRequest request = ctx.req();
    checkHeaders(request);
    RequestTarget.checkPath(request.getRequestURI());
    String host = request.getHeader("Host");
    rules.checkHost(host, request.getLocalAddr());
    rules.checkOrigin(
        request.getMethod(),
        host,
        request.getHeader("Origin"),
        request.getHeader("Sec-Fetch-Site"));
  }

  void run(Context ctx, Route route) throws IOException {
    long startNanos = System.nanoTime();
    try {
      Call call = gate.admit(route, knock(ctx));
      if (call.asker() instanceof Asker.Nobody || route.path().equals(LIVE)) {
        write(ctx, route.handler().handle(call));
      } else {
        try (Shares.Permit _ = shares.take(call.asker().share())) {
          write(ctx, route.handler().handle(call));
        }
      }
    } finally {
      seconds
          .labelValues(route.method(), route.path(), ctx.statusCode() / 100 + "xx")
          .observe((System.nanoTime() - startNanos) / 1e9);
    }
  }

  /** The page and its files; everything under {@code /api} is a route or nothing. */
  void webFile(Context ctx) {
    String path = ctx.req().getRequestURI();
    if (path.toLowerCase(Locale.ROOT).equals("/api")
        || path.toLowerCase(Locale.ROOT).startsWith("/api/")) {
      throw notServed(ctx);
    }
    WebFiles.WebFile file = files.find(path).orElseThrow(() -> ApiException.notFound("page"));
    if (file.immutable()) {
      ctx.header("Cache-Control", "public, max-age=31536000, immutable");
    }
    ctx.contentType(file.contentType()).result(file.bytes());
  }

  /** Says which methods there are; no other origin is ever allowed any. */
  void options(Context ctx) {
    Set<String> methods = new LinkedHashSet<>(routes.methodsAt(ctx.req().getRequestURI()));
    if (methods.isEmpty()) {
      methods.addAll(List.of("GET", "HEAD"));
    }
    methods.add("OPTIONS");
    ctx.status(204).header("Allow", String.join(", ", methods));
  }

  /** Refusals of the router itself. */
  void unserved(HttpResponseException refusal, Context ctx) {
    if (refusal.getStatus() == 413) {
      refuse(ctx, new ApiException(413, "body_too_large", "The body is larger than 1 MiB."));
    } else if (refusal.getStatus() == 404 || refusal.getStatus() == 405) {
      refuse(ctx, notServed(ctx));
    } else {
      refuse(ctx, new ApiException(400, "bad_request", "The request is not well formed."));
    }
  }

  void failed(Exception failure, Context ctx) {
    if (failure instanceof ApiException refusal) {
      refuse(ctx, refusal);
    } else if (failure instanceof EventStoreException) {
      LOG.warn("events_unavailable id={} cause={}", id(ctx), failure.getMessage());
      refuse(
          ctx, new UnavailableException("events_unavailable", "Stored events cannot be read now."));
    } else if (!ctx.res().isCommitted()) {
      LOG.error("request_failed id={} method={}", id(ctx), ctx.method(), failure);
      answer(ctx, 500, Failures.json("internal", "Something went wrong on the server.", id(ctx)));
    }
  }

  private void refuse(Context ctx, ApiException refusal) {
    LOG.info("request_refused id={} status={} code={}", id(ctx), refusal.status(), refusal.code());
    refusal.headers().forEach(ctx::header);
    answer(ctx, refusal.status(), Failures.json(refusal, id(ctx)));
  }

  private static void answer(Context ctx, int status, byte[] json) {
    ctx.status(status).contentType("application/json").result(json);
  }

  private ApiException notServed(Context ctx) {
    Set<String> methods = routes.methodsAt(ctx.req().getRequestURI());
    if (methods.isEmpty()) {
      return new ApiException(404, "not_found", "There is nothing at this path.");
    }
    return new ApiException(
        405,
        "method_not_allowed",
        "This path does not know the method.",
        List.of(),
        Map.of("Allow", String.join(", ", methods)));
  }

  private void write(Context ctx, Reply reply) throws IOException {
    ctx.status(reply.status());
    reply.headers().forEach(ctx::header);
    switch (reply.session()) {
      case Reply.SessionCookie.Unchanged() -> {}
      case Reply.SessionCookie.Set(String token) -> ctx.cookie(sessionCookie(token, -1));
      case Reply.SessionCookie.Cleared() -> ctx.cookie(sessionCookie("", 0));
    }
    switch (reply.body()) {
      case Reply.Body.None() -> {}
      case Reply.Body.Json(Object value) ->
          ctx.contentType("application/json").result(Json.mapper().writeValueAsBytes(value));
      case Reply.Body.Bytes(String type, byte[] bytes) -> ctx.contentType(type).result(bytes);
      case Reply.Body.Stream(String type, Reply.Writer writer) -> {
        ctx.contentType(type).disableCompression();
        if (!ctx.req().getMethod().equals("HEAD")) {
          stream(ctx, writer);
        }
      }
    }
  }

  /** A stream that breaks off must not look as if it had ended. */
  private void stream(Context ctx, Reply.Writer writer) {
    try {
      writer.writeTo(ctx.res().getOutputStream());
    } catch (IOException e) {
      LOG.debug("stream_left id={}", id(ctx));
    } catch (RuntimeException e) {
      if (!ctx.res().isCommitted()) {
        throw e;
      }
      LOG.warn("stream_broken id={} cause={}", id(ctx), e.toString());
      ServletContextRequest.getServletContextRequest(ctx.req())
          .getConnectionMetaData()
          .getConnection()
          .getEndPoint()
          .close();
    }
  }

  private Cookie sessionCookie(String token, int maxAgeSeconds) {
    Cookie cookie = new Cookie(rules.cookieName(), token);
    cookie.setPath("/");
    cookie.setMaxAge(maxAgeSeconds);
    cookie.setHttpOnly(true);
    cookie.setSecure(rules.secureCookies());
    cookie.setSameSite(SameSite.LAX);
    return cookie;
  }

  private Gate.Knock knock(Context ctx) {
    HttpServletRequest request = ctx.req();
    return new Gate.Knock(
        id(ctx),
        request.getRequestURI(),
        request.getQueryString(),
        sessionTokens(request),
        apiKeys(request),
        request.getHeader("X-WhyOps-Project"),
        request.getContentType(),
        ctx.bodyAsBytes(),
        address(request),
        fromThisMachine(request),
        request.getHeader("Last-Event-ID"));
  }

  private InetAddress address(HttpServletRequest request) {
    return proxies.client(peer(request), Collections.list(request.getHeaders("X-Forwarded-For")));
  }

  private static boolean fromThisMachine(HttpServletRequest request) {
    return peer(request).isLoopbackAddress()
        && request.getHeader("X-Forwarded-For") == null
        && request.getHeader("Forwarded") == null;
  }

  private static InetAddress peer(HttpServletRequest request) {
    try {
      return InetAddress.getByName(request.getRemoteAddr());
    } catch (UnknownHostException e) {
      throw new IllegalStateException("the peer's address is no address", e);
    }
  }

  private List<String> sessionTokens(HttpServletRequest request) {
    jakarta.servlet.http.Cookie @Nullable [] cookies = request.getCookies();
    return cookies == null
        ? List.of()
        : Arrays.stream(cookies)
            .filter(cookie -> cookie.getName().equals(rules.cookieName()))
            .map(jakarta.servlet.http.Cookie::getValue)
            .toList();
  }

  private static Set<String> apiKeys(HttpServletRequest request) {
    Set<String> keys = new LinkedHashSet<>();
    for (String value : Collections.list(request.getHeaders("Authorization"))) {
      if (value.regionMatches(true, 0, "Bearer ", 0, 7)) {
        keys.add(value.substring(7).strip());
      }
    }
    keys.addAll(Collections.list(request.getHeaders("x-api-key")));
    keys.addAll(Collections.list(request.getHeaders("api-key")));
    return keys;
  }

  private static void checkHeaders(HttpServletRequest request) {
    int count = 0;
    for (String name : Collections.list(request.getHeaderNames())) {
      for (String value : Collections.list(request.getHeaders(name))) {
        count++;
        if (count > HEADERS_MAX || name.length() + value.length() > HEADER_BYTES_MAX) {
          throw new ApiException(431, "headers_too_large", "The headers are too large.");
        }
      }
    }
  }

  private static String id(Context ctx) {
    String id = ctx.attribute(ID_ATTRIBUTE);
    return id == null ? "-" : id;
  }
}
