package dev.whyops.record;

import dev.whyops.event.Event;
import dev.whyops.project.ProjectId;

/**
 * A stored row that counts and knows the provider's id of an answer.
 *
 * @param answer false for the question of a span
 */
public record ToldAnswer(
    ProjectId project,
    String traceId,
    String responseId,
    Event.Source source,
    boolean answer,
    long seq,
    int ordinal) {}
