package dev.whyops.dashboard;

import dev.whyops.audit.AuditNote;
import dev.whyops.auth.Caller;
import dev.whyops.auth.Membership;
import dev.whyops.auth.SignedIn;
import dev.whyops.http.ApiException;
import dev.whyops.project.Environment;
import dev.whyops.project.ProjectScope;
import java.net.InetAddress;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A request that the gate has let in: who asks is known, the project is looked up, and parameters
 * and body have the form that the contract says.
 *
 * @param scope the project; null on routes that name none
 * @param membership the person in that project; null for keys
 * @param path decoded path parameters
 * @param address the peer, or what a trusted proxy says
 * @param stillAllowed whether the same request would be let in now; for answers that go on for long
 */
record Call(
    String id,
    Asker asker,
    @Nullable ProjectScope scope,
    @Nullable Membership membership,
    Map<String, String> path,
    Map<String, String> query,
    ObjectNode body,
    InetAddress address,
    @Nullable String lastEventId,
    BooleanSupplier stillAllowed) {
  private static final int LIMIT_DEFAULT = 50;

  ProjectScope project() {
    if (scope == null) {
      throw new IllegalStateException("this route names no project");
    }
    return scope;
  }

  /** The person who acts in the project; routes that call this are closed to keys. */
  Membership member() {
    if (membership == null) {
      throw new ApiException(403, "session_required", "Sign in to do this.");
    }
    return membership;
  }

  /** For the audit log, where a key may ask too. */
  AuditNote note(String action, String target, Map<String, String> details) {
    if (membership != null) {
      return membership.note(action, target, details);
    }
    String key = asker instanceof Asker.Key(Caller caller) ? caller.keyId() : "unknown";
    return new AuditNote(key, "API key", action, target, details);
  }

  SignedIn signedIn() {
    if (asker instanceof Asker.Somebody(SignedIn signedIn)) {
      return signedIn;
    }
    throw new ApiException(403, "session_required", "Sign in to do this.");
  }

  String path(String name) {
    String value = path.get(name);
    if (value == null) {
      throw new IllegalStateException("the route has no parameter " + name);
    }
    return value;
  }

  Optional<String> query(String name) {
    return Optional.ofNullable(query.get(name));
  }

  @Nullable String queryOrNull(String name) {
    return query.get(name);
  }

  @Nullable Instant time(String name) {
    String value = query.get(name);
    return value == null ? null : QueryRule.time(name, value);
  }

  @Nullable Long number(String name) {
    String value = query.get(name);
    return value == null ? null : Long.valueOf(value);
  }

  int limit() {
    return query("limit").map(Integer::parseInt).orElse(LIMIT_DEFAULT);
  }

  @Nullable Environment environment() {
    String value = query.get("environment");
    return value == null ? null : Environment.valueOf(value);
  }

  /** A text of the body that the contract requires. */
  String text(String field) {
    return body.get(field).asString();
  }

  /** A text of the body; null when it is absent or null. */
  @Nullable String textOrNull(String field) {
    JsonNode value = body.get(field);
    return value == null || value.isNull() ? null : value.asString();
  }

  /** Whether the body says anything about a field, null included. */
  boolean has(String field) {
    return body.has(field);
  }

  /** Reads a constant that the contract writes in lower case. */
  static <E extends Enum<E>> E constant(Class<E> type, String wireName) {
    return Enum.valueOf(type, wireName.toUpperCase(Locale.ROOT));
  }
}
