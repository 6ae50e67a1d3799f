package dev.whyops.record;

import dev.whyops.project.ProjectId;
import org.jspecify.annotations.Nullable;

/**
 * A deletion: everything up to its sequence is hidden at once and removed later.
 *
 * @param traceId null when the whole project goes
 */
public record Tombstone(long seq, ProjectId project, @Nullable String traceId) {}
