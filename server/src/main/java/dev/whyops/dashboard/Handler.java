package dev.whyops.dashboard;

/**
 * Answers one route, on a virtual thread and after the gate has let the request in: it may block,
 * and refuses by throwing {@link dev.whyops.http.ApiException}.
 */
@FunctionalInterface
interface Handler {
  Reply handle(Call call);
}
