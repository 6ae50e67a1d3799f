package dev.whyops.continuity;

/**
 * Where something that a recorded answer issued belongs to.
 *
 * @param providerSlug the provider that issued it
 */
public record Known(String traceId, String threadId, String providerSlug) {}
