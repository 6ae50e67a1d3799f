package dev.whyops.fault;

import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Named places where a test may end the process or throw. Off unless the system property {@code
 * whyops.fault} is set to {@code place:kill:n} or {@code place:error:n}: at the n-th visit of that
 * place the process dies as by {@code kill -9}, or an error is thrown once. When off, a call costs
 * nothing: the field is a constant to the compiler.
 */
public final class Fault {
  private static final @Nullable Plan PLAN = Plan.parse(System.getProperty("whyops.fault"));

  private Fault() {}

  public static void maybe(String place) {
    if (PLAN != null) {
      PLAN.visit(place);
    }
  }

  /** An error that no code of ours expects. */
  public static final class Injected extends Error {
    private static final long serialVersionUID = 1;

    Injected(String place) {
      super("injected at " + place);
    }
  }

  private record Plan(String place, boolean kill, AtomicInteger visitsLeft) {
    static @Nullable Plan parse(@Nullable String text) {
      if (text == null) {
        return null;
      }
      String[] parts = text.split(":", -1);
      if (parts.length != 3) {
        throw new IllegalArgumentException("whyops.fault is place:kill|error:n, not " + text);
      }
      return new Plan(
          parts[0], parts[1].equals("kill"), new AtomicInteger(Integer.parseInt(parts[2])));
    }

    void visit(String here) {
      if (here.equals(place) && visitsLeft.decrementAndGet() == 0) {
        if (kill) {
          Runtime.getRuntime().halt(137);
        }
        throw new Injected(place);
      }
    }
  }
}
