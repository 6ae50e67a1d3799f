package dev.whyops.auth;

import org.jspecify.annotations.Nullable;

/** What an API key allows per unit of time; null means no limit. */
public record KeyLimits(
    @Nullable Integer requestsPerMinute,
    @Nullable Long tokensPerMinute,
    @Nullable Integer concurrentCalls,
    @Nullable Long monthlyBudgetNanoUsd) {
  public static final KeyLimits NONE = new KeyLimits(null, null, null, null);
}
