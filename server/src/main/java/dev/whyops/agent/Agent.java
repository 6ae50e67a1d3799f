package dev.whyops.agent;

import dev.whyops.project.Environment;
import java.time.Instant;

/**
 * An agent of one environment.
 *
 * @param initialised its application declared it; else it is only known from its calls and events
 * @param sampling share of its traces that is kept, 0-1
 */
public record Agent(
    String id,
    Environment environment,
    String name,
    boolean initialised,
    String currentVersionId,
    double sampling,
    Instant createdAt,
    Instant lastSeenAt) {}
