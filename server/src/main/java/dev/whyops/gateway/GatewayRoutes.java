package dev.whyops.gateway;

import dev.whyops.endpoint.RouteTable;
import dev.whyops.http.ApiException;
import dev.whyops.http.ErrorDialect;
import dev.whyops.provider.CallKind;
import dev.whyops.provider.ProviderType;
import dev.whyops.proxy.CallTarget;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds out by method and path alone what a request is for. Immutable. */
final class GatewayRoutes {
  private static final Set<String> NEVER_RELAYED =
      Set.of("/", "/favicon.ico", "/healthz", "/readyz", "/metrics");
  private static final String PROVIDERS = "/providers/";

  /** What a request is for. */
  sealed interface Found {
    ErrorDialect errors();

    record Own(RouteTable.Row row) implements Found {
      @Override
      public ErrorDialect errors() {
        return ErrorDialect.OWN;
      }
    }

    record Proxy(CallTarget target) implements Found {
      @Override
      public ErrorDialect errors() {
        return target.errors();
      }
    }

    record BuiltIn(Page page) implements Found {
      @Override
      public ErrorDialect errors() {
        return ErrorDialect.OWN;
      }
    }

    record Refused(ApiException refusal, ErrorDialect errors) implements Found {}
  }

  /** What the listener answers by itself, without a key. */
  enum Page {
    ROOT,
    HEALTH,
    READY
  }

  private final RouteTable own;

  GatewayRoutes(RouteTable own) {
    this.own = own;
  }

  Found find(String method, String uri, HttpHeaders headers) {
    ProviderType hint = hint(headers);
    ErrorDialect errors =
        hint == ProviderType.ANTHROPIC ? ErrorDialect.ANTHROPIC : ErrorDialect.OPENAI;
    String target = originForm(uri);
    if (target == null || method.equals("CONNECT") || method.equals("TRACE")) {
      return refused(
          405, "method_not_allowed", "This method or target is not served.", ErrorDialect.OWN);
    }
    int question = target.indexOf('?');
    String path = question < 0 ? target : target.substring(0, question);
    String query = question < 0 ? "" : target.substring(question);
    if (!isPlainPath(path) || query.indexOf('#') >= 0) {
      return refused(400, "bad_path", "The path has segments that climb, or is malformed.", errors);
    }
    if (method.equals("OPTIONS")) {
      return refused(405, "method_not_allowed", "OPTIONS is not served.", ErrorDialect.OWN);
    }
    Found ours = ours(method, path);
    return ours != null ? ours : proxied(method, path, query, hint, errors);
  }

  /** The path and query of a request target; null for the forms that are not served. */
  private static @Nullable String originForm(String uri) {
    if (uri.startsWith("/")) {
      return uri;
    }
    String lower = uri.length() > 8 ? uri.substring(0, 8).toLowerCase(Locale.ROOT) : "";
    int authority = lower.startsWith("http://") ? 7 : lower.startsWith("https://") ? 8 : -1;
    if (authority < 0) {
      return null;
    }
    int slash = uri.indexOf('/', authority);
    return slash < 0 ? "/" : uri.substring(slash);
  }

  private @Nullable Found ours(String method, String path) {
    var row = own.find(method, path);
    if (row.isPresent()) {
      return new Found.Own(row.get());
    }
    boolean read = method.equals("GET") || method.equals("HEAD");
    if (read && path.equals("/")) {
      return new Found.BuiltIn(Page.ROOT);
    }
    if (read && path.equals("/healthz")) {
      return new Found.BuiltIn(Page.HEALTH);
    }
    if (read && path.equals("/readyz")) {
      return new Found.BuiltIn(Page.READY);
    }
    if (own.hasPath(path)) {
      return refused(
          405, "method_not_allowed", "This path takes another method.", ErrorDialect.OWN);
    }
    boolean agentsOrTraces =
        path.equals("/agents/init")
            || path.equals("/v1/agents/init")
            || path.equals("/traces")
            || path.equals("/v1/traces");
    if (NEVER_RELAYED.contains(path)
        || path.equals("/api")
        || path.startsWith("/api/")
        || agentsOrTraces) {
      return refused(404, "not_found", "There is nothing at this path.", ErrorDialect.OWN);
    }
    return null;
  }

  private static Found proxied(
      String method, String path, String query, ProviderType hint, ErrorDialect errors) {
    String slug = null;
    String rest = path;
    if (path.startsWith(PROVIDERS)) {
      int slash = path.indexOf('/', PROVIDERS.length());
      if (slash <= PROVIDERS.length()) {
        return refused(404, "not_found", "There is nothing at this path.", errors);
      }
      slug = path.substring(PROVIDERS.length(), slash);
      rest = path.substring(slash);
    }
    if (rest.equals("/v1") || rest.startsWith("/v1/")) {
      rest = rest.substring(3);
    }
    if (rest.isEmpty() || rest.equals("/")) {
      return refused(404, "not_found", "There is nothing at this path.", errors);
    }
    return new Found.Proxy(target(method, rest, query, slug, hint));
  }

  private static CallTarget target(
      String method, String path, String query, @Nullable String slug, ProviderType hint) {
    CallKind kind = kind(method, path);
    ProviderType dialect =
        switch (kind) {
          case CHAT_COMPLETIONS, RESPONSES, COMPLETIONS, EMBEDDINGS, RESPONSE_RESOURCE ->
              ProviderType.OPENAI;
          case MESSAGES, COUNT_TOKENS -> ProviderType.ANTHROPIC;
          case MODELS, PASSTHROUGH -> hint;
        };
    boolean fixed = kind != CallKind.MODELS && kind != CallKind.PASSTHROUGH;
    return new CallTarget(kind, dialect, fixed, slug, path, query);
  }

  private static CallKind kind(String method, String path) {
    if (method.equals("POST")) {
      switch (path) {
        case "/chat/completions":
          return CallKind.CHAT_COMPLETIONS;
        case "/messages":
          return CallKind.MESSAGES;
        case "/responses":
          return CallKind.RESPONSES;
        case "/embeddings":
          return CallKind.EMBEDDINGS;
        case "/completions":
          return CallKind.COMPLETIONS;
        case "/messages/count_tokens":
          return CallKind.COUNT_TOKENS;
        default:
          break;
      }
    }
    if (method.equals("GET") && (path.equals("/models") || isOneBelow(path, "/models/"))) {
      return CallKind.MODELS;
    }
    return isResponseResource(method, path) ? CallKind.RESPONSE_RESOURCE : CallKind.PASSTHROUGH;
  }

  private static boolean isResponseResource(String method, String path) {
    if (!path.startsWith("/responses/")) {
      return false;
    }
    return switch (method) {
      case "GET" ->
          isOneBelow(path, "/responses/")
              || path.endsWith("/input_items")
                  && isOneBelow(path.substring(0, path.length() - 12), "/responses/");
      case "DELETE" -> isOneBelow(path, "/responses/");
      case "POST" ->
          path.endsWith("/cancel")
              && isOneBelow(path.substring(0, path.length() - 7), "/responses/");
      default -> false;
    };
  }

  private static boolean isOneBelow(String path, String parent) {
    return path.startsWith(parent)
        && path.length() > parent.length()
        && path.indexOf('/', parent.length()) < 0;
  }

  /** No empty or climbing segment, literal or encoded, and nothing that others read as a slash. */
  private static boolean isPlainPath(String path) {
    int segment = 1;
    for (int i = 1; i <= path.length(); i++) {
      if (i < path.length()) {
        char c = path.charAt(i);
        if (c == '\\' || c == '#' || c <= ' ' || c >= 0x7f) {
          return false;
        }
        if (c != '/') {
          continue;
        }
      }
      boolean last = i == path.length();
      if (i == segment && !last || isDots(path, segment, i)) {
        return false;
      }
      segment = i + 1;
    }
    return true;
  }

  private static boolean isDots(String path, int from, int to) {
    int dots = 0;
    int i = from;
    while (i < to) {
      if (path.charAt(i) == '.') {
        i++;
      } else if (path.regionMatches(true, i, "%2e", 0, 3) && i + 3 <= to) {
        i += 3;
      } else {
        return false;
      }
      dots++;
    }
    return dots == 1 || dots == 2;
  }

  private static ProviderType hint(HttpHeaders headers) {
    return headers.contains("anthropic-version") || headers.contains("x-api-key")
        ? ProviderType.ANTHROPIC
        : ProviderType.OPENAI;
  }

  private static Found refused(int status, String code, String message, ErrorDialect errors) {
    return new Found.Refused(new ApiException(status, code, message), errors);
  }
}
