package dev.whyops.dashboard;

import dev.whyops.auth.Permission;
import java.util.Locale;

/** What a route asks of the one who calls it. Every route says so; there is no default. */
public sealed interface Access {
  /** Anybody who reaches the listener. */
  record Public() implements Access {}

  /** A person with a session, or a key that may read; no project is named. */
  record SignedIn() implements Access {}

  /** Somebody on the same machine, or a key that may read. */
  record LoopbackOrKey() implements Access {}

  /** Somebody with this right in the project that the request names. */
  record InProject(Permission permission) implements Access {}

  Access PUBLIC = new Public();
  Access SIGNED_IN = new SignedIn();
  Access LOOPBACK_OR_KEY = new LoopbackOrKey();
  Access READ = new InProject(Permission.READ);

  /** The word of {@code x-whyops-permission} in the contract. */
  default String wireName() {
    return switch (this) {
      case Public _ -> "public";
      case SignedIn _ -> "signed_in";
      case LoopbackOrKey _ -> "loopback_or_key";
      case InProject(Permission permission) -> permission.name().toLowerCase(Locale.ROOT);
    };
  }
}
