package dev.whyops.endpoint;

import dev.whyops.http.Answer;
import dev.whyops.http.ApiException;

/**
 * Answers one gateway route that is ours. Runs on a virtual thread and may block; expected refusals
 * are thrown as {@link ApiException}, which the listener turns into the dialect of the route.
 */
@FunctionalInterface
public interface Endpoint {
  Answer handle(Request request);

  /**
   * About how much heap a body of this size takes, itself included, until it is answered; never
   * less for a larger one. So much is kept free for it, or it is refused. What is said here is for
   * JSON that becomes a tree.
   */
  default long heapFor(long bodyBytes) {
    return 12 * bodyBytes;
  }
}
