package dev.whyops.view;

import java.time.Instant;

/**
 * A trace list that somebody keeps.
 *
 * @param shared seen by the whole project, not only by its owner
 * @param definitionJson query and columns as the dashboard wrote them
 */
public record SavedView(
    String id,
    String ownerId,
    String name,
    boolean shared,
    String definitionJson,
    Instant createdAt,
    Instant updatedAt) {}
