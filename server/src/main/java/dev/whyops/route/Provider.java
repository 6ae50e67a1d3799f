package dev.whyops.route;

import java.time.Instant;

/**
 * A configured provider as its project sees it.
 *
 * @param keyLast4 the end of its key, all that is ever shown of it
 * @param active inactive ones get no calls
 */
public record Provider(
    ProviderRef ref,
    String name,
    String keyLast4,
    boolean active,
    Instant createdAt,
    Instant updatedAt) {}
