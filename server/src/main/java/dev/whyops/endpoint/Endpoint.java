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
}
