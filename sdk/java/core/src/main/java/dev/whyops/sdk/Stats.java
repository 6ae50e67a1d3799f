package dev.whyops.sdk;

/**
 * Counters since the client was made.
 *
 * @param queued events that wait right now
 * @param dropped by a full queue, or after {@code close}
 * @param rejected events that the server found at fault
 * @param truncated events over 1 MiB that were shortened
 */
public record Stats(
    long queued,
    long accepted,
    long sent,
    long dropped,
    long rejected,
    long truncated,
    long failedSends,
    long internalErrors) {}
