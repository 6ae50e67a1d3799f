package dev.whyops.dashboard;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * All routes of the dashboard listener. The server registers from it, the matrices of roles and
 * tenants are built from it, and each route must stand in the contract with the same permission.
 */
public final class RouteTable {
  private final List<Route> routes = new ArrayList<>();

  /** A read: open to keys of scope {@code read} wherever viewers may look. */
  RouteTable get(String path, Access access, Handler handler) {
    boolean readKey = !access.equals(Access.PUBLIC);
    return add(new Route("GET", path, access, readKey, handler));
  }

  /** A read that concerns people, not data; keys are refused. */
  RouteTable getForPeople(String path, Access access, Handler handler) {
    return add(new Route("GET", path, access, false, handler));
  }

  RouteTable post(String path, Access access, Handler handler) {
    return add(new Route("POST", path, access, false, handler));
  }

  RouteTable patch(String path, Access access, Handler handler) {
    return add(new Route("PATCH", path, access, false, handler));
  }

  RouteTable put(String path, Access access, Handler handler) {
    return add(new Route("PUT", path, access, false, handler));
  }

  RouteTable delete(String path, Access access, Handler handler) {
    return add(new Route("DELETE", path, access, false, handler));
  }

  public List<Route> routes() {
    return List.copyOf(routes);
  }

  /** Methods that are served at a raw path; empty when nothing is. */
  Set<String> methodsAt(String rawPath) {
    List<String> segments = List.of(rawPath.split("/", -1));
    Set<String> methods = new LinkedHashSet<>();
    for (Route route : routes) {
      if (matches(List.of(route.path().split("/", -1)), segments)) {
        methods.add(route.method());
        if (route.method().equals("GET")) {
          methods.add("HEAD");
        }
      }
    }
    return methods;
  }

  private static boolean matches(List<String> template, List<String> segments) {
    if (template.size() != segments.size()) {
      return false;
    }
    for (int i = 0; i < template.size(); i++) {
      boolean variable = template.get(i).startsWith("{") && !segments.get(i).isEmpty();
      if (!variable && !template.get(i).equals(segments.get(i))) {
        return false;
      }
    }
    return true;
  }

  private RouteTable add(Route route) {
    Objects.requireNonNull(route.access(), () -> route.path() + " has no permission");
    for (Route other : routes) {
      if (other.method().equals(route.method()) && other.path().equals(route.path())) {
        throw new IllegalStateException(route.method() + " " + route.path() + " is served twice");
      }
    }
    routes.add(route);
    return this;
  }
}
