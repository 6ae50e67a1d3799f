package dev.whyops.why.graph;

import org.jspecify.annotations.Nullable;

/**
 * A value that went from one event into the arguments of a tool or into an answer.
 *
 * @param toolUse index of the use whose arguments hold it, -1 when an answer does
 * @param call index of the model call that wrote it
 */
public record DataFlow(
    String originEventId,
    @Nullable String fromPath,
    int toolUse,
    int call,
    String toPath,
    String rule) {}
