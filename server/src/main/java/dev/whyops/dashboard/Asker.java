package dev.whyops.dashboard;

import dev.whyops.auth.Caller;
import dev.whyops.auth.SignedIn;

/** Who sent a request. */
sealed interface Asker {
  record Nobody() implements Asker {}

  /** Somebody with a running session. */
  record Somebody(SignedIn signedIn) implements Asker {}

  /** A script with an API key of scope {@code read}. */
  record Key(Caller caller) implements Asker {}

  Asker NOBODY = new Nobody();

  /** Whose share of the server's work a request takes. */
  default String share() {
    return switch (this) {
      case Nobody _ -> "nobody";
      case Somebody(SignedIn signedIn) -> signedIn.person().id();
      case Key(Caller caller) -> caller.keyId();
    };
  }
}
