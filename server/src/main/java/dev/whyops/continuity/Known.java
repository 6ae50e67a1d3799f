package dev.whyops.continuity;

/**
 * Where something that a recorded answer issued belongs to.
 *
 * @param providerId the provider that issued it
 */
public record Known(String traceId, String threadId, String providerId) {}
