package dev.whyops.event;

/**
 * By what a repeated event is known: 128 bits of a hash over project and event id or idempotency
 * key.
 *
 * @param contentHash tells a true repetition from another event under the same key
 */
public record Marker(long high, long low, long contentHash) {}
