package dev.whyops.dashboard;

import dev.whyops.auth.Accounts;
import dev.whyops.auth.ApiKeys;
import dev.whyops.auth.Caller;
import dev.whyops.auth.KeyCheck;
import dev.whyops.auth.Membership;
import dev.whyops.auth.Permission;
import dev.whyops.auth.Scope;
import dev.whyops.auth.SignedIn;
import dev.whyops.http.ApiException;
import dev.whyops.http.UnavailableException;
import dev.whyops.project.ProjectId;
import dev.whyops.project.ProjectScope;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Lets requests in: who asks, in which project, with which right, and in the form that the contract
 * says. Nothing behind it checks any of this again, and nothing reaches a handler around it.
 */
final class Gate {
  private final ApiContract contract;
  private final Accounts accounts;
  private final ApiKeys keys;
  private final BodyReader bodies;

  /**
   * What a request carries, as read from the wire.
   *
   * @param sessionTokens values of the session cookie; more than one is no session
   * @param apiKeys different keys among the three headers that may carry one
   * @param fromThisMachine the peer is on loopback and forwards for nobody
   */
  record Knock(
      String id,
      String rawPath,
      @Nullable String rawQuery,
      List<String> sessionTokens,
      Set<String> apiKeys,
      @Nullable String projectHeader,
      @Nullable String contentType,
      byte[] body,
      InetAddress address,
      boolean fromThisMachine,
      @Nullable String lastEventId) {}

  /** The project of a request and, for a person, the place in it. */
  private record Place(ProjectScope scope, @Nullable Membership membership) {}

  Gate(ApiContract contract, Accounts accounts, ApiKeys keys) {
    this.contract = contract;
    this.accounts = accounts;
    this.keys = keys;
    this.bodies = new BodyReader(contract);
  }

  Call admit(Route route, Knock knock) {
    ApiContract.Operation operation =
        contract.operation(route.method(), route.path()).orElseThrow();
    Map<String, String> path = RequestTarget.pathParameters(route.path(), knock.rawPath());
    Asker asker = asker(route, knock);
    @Nullable Place place = placeOf(route, knock, asker, path);
    Map<String, String> query = RequestTarget.query(knock.rawQuery());
    checkQuery(query, operation);
    if (knock.body().length > 0) {
      checkJson(knock.contentType());
    }
    return new Call(
        knock.id(),
        asker,
        place == null ? null : place.scope(),
        place == null ? null : place.membership(),
        path,
        query,
        bodies.read(knock.body(), operation),
        knock.address(),
        knock.lastEventId(),
        () -> stillAllowed(route, knock, path));
  }

  /** Whether the same request would be let in now; answers that go on for long ask again. */
  private boolean stillAllowed(Route route, Knock knock, Map<String, String> path) {
    try {
      placeOf(route, knock, asker(route, knock), path);
      return true;
    } catch (UnavailableException e) {
      return true; // the store rests: what was let in stays in for now
    } catch (ApiException e) {
      return false;
    }
  }

  private @Nullable Place placeOf(Route route, Knock knock, Asker asker, Map<String, String> path) {
    if (route.access() instanceof Access.InProject(Permission permission)) {
      Place place = place(asker, path.get("projectId"), knock.projectHeader());
      allow(asker, place, permission);
      return place;
    }
    return null;
  }

  /** The one who asks, if there is one; used where nobody has to be. */
  Asker optionalAsker(Knock knock) {
    return knock.sessionTokens().size() == 1
        ? accounts
            .signedIn(knock.sessionTokens().getFirst())
            .<Asker>map(Asker.Somebody::new)
            .orElse(Asker.NOBODY)
        : Asker.NOBODY;
  }

  private Asker asker(Route route, Knock knock) {
    if (route.access() instanceof Access.Public) {
      return optionalAsker(knock);
    }
    if (!knock.apiKeys().isEmpty()) {
      return keyHolder(route, knock.apiKeys());
    }
    if (route.access() instanceof Access.LoopbackOrKey) {
      if (!knock.fromThisMachine()) {
        throw unauthenticated();
      }
      return Asker.NOBODY;
    }
    Asker asker = optionalAsker(knock);
    if (asker instanceof Asker.Nobody) {
      throw unauthenticated();
    }
    return asker;
  }

  private static ApiException unauthenticated() {
    return new ApiException(401, "unauthenticated", "Sign in, or send an API key.");
  }

  private Asker keyHolder(Route route, Set<String> presented) {
    if (presented.size() > 1) {
      throw new ApiException(
          400, "ambiguous_credentials", "The request carries two different API keys.");
    }
    String key = presented.iterator().next();
    KeyCheck check = keys.cached(key).orElseGet(() -> keys.check(key));
    Caller caller =
        switch (check) {
          case KeyCheck.Accepted(Caller accepted) -> accepted;
          case KeyCheck.Rejected _ ->
              throw new ApiException(401, "invalid_api_key", "The API key is not valid.");
          case KeyCheck.Unavailable _ ->
              throw new UnavailableException(
                  "control_plane_unavailable", "The key cannot be checked right now.");
        };
    if (!route.readKey()) {
      throw new ApiException(403, "session_required", "This needs a signed-in person, not a key.");
    }
    if (!caller.may(Scope.READ)) {
      throw new ApiException(
          403, "insufficient_scope", "The API key does not have the scope read.");
    }
    return new Asker.Key(caller);
  }

  /** The project that the path, else the header, else the asker's only membership names. */
  private Place place(Asker asker, @Nullable String inPath, @Nullable String header) {
    String wanted = inPath != null ? inPath : header;
    return switch (asker) {
      case Asker.Key(Caller caller) -> {
        if (wanted != null && !wanted.equals(caller.project().value())) {
          throw ApiException.notFound("project");
        }
        yield new Place(caller.scope(), null);
      }
      case Asker.Somebody(SignedIn signedIn) -> {
        Membership membership =
            wanted == null
                ? onlyMembership(signedIn)
                : accounts
                    .membership(signedIn, new ProjectId(wanted))
                    .orElseThrow(() -> ApiException.notFound("project"));
        yield new Place(membership.scope(), membership);
      }
      case Asker.Nobody _ -> throw new IllegalStateException("nobody has no project");
    };
  }

  private Membership onlyMembership(SignedIn signedIn) {
    List<Membership> all = accounts.memberships(signedIn);
    if (all.size() != 1) {
      throw new ApiException(
          400, "project_required", "Name the project in the header X-WhyOps-Project.");
    }
    return all.getFirst();
  }

  private static void allow(Asker asker, Place place, Permission permission) {
    Membership membership = place.membership();
    if (membership != null) {
      membership.require(permission);
    } else if (!(asker instanceof Asker.Key) || permission != Permission.READ) {
      throw new ApiException(403, "session_required", "This needs a signed-in person, not a key.");
    }
  }

  private static void checkQuery(Map<String, String> query, ApiContract.Operation operation) {
    Set<String> unknown = new TreeSet<>(query.keySet());
    for (QueryRule rule : operation.query()) {
      unknown.remove(rule.name());
      Optional<String> value = Optional.ofNullable(query.get(rule.name()));
      if (value.isPresent()) {
        rule.check(value.get());
      } else if (rule.required()) {
        throw QueryRule.bad(rule.name(), "is required");
      }
    }
    if (!unknown.isEmpty()) {
      throw new ApiException(
          400,
          "unknown_parameter",
          "The query holds a parameter that this operation does not know.");
    }
  }

  /** Forms can be sent across sites without asking; JSON cannot. */
  private static void checkJson(@Nullable String contentType) {
    String type = contentType == null ? "" : contentType.split(";", 2)[0].strip();
    if (!type.equalsIgnoreCase("application/json")) {
      throw new ApiException(
          403, "json_required", "Bodies are taken with the content type application/json only.");
    }
  }
}
