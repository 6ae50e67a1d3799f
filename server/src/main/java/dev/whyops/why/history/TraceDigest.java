package dev.whyops.why.history;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What history keeps of a closed trace, a few hundred bytes: enough for rates, outliers and the
 * comparison of versions. It holds personal data all the same: argument values of at most 64
 * characters, the user's id and the start of masked error messages. Turns, answers and tool results
 * are not in it.
 *
 * @param latencyUs by {@code model:name} and {@code tool:name}, at most 50 values each
 * @param inputTokens by {@code model:name}
 * @param offered tools that were offered at least once
 * @param toolCalls calls by tool
 * @param toolErrors failed calls by tool
 * @param misuses calls that broke the tool's schema, by tool
 * @param decisions first choice by what it answered
 * @param values how often each argument value of at most 64 characters was given, by {@code tool
 *     path}
 * @param errorFingerprints failures with numbers and ids masked
 */
public record TraceDigest(
    String traceId,
    @Nullable String agentId,
    @Nullable String versionId,
    Instant endedAt,
    boolean failed,
    long durationUs,
    @Nullable Long costNanoUsd,
    long totalTokens,
    int modelCalls,
    Map<String, List<Long>> latencyUs,
    Map<String, List<Long>> inputTokens,
    List<String> offered,
    Map<String, Integer> toolCalls,
    Map<String, Integer> toolErrors,
    Map<String, Integer> misuses,
    Map<String, String> decisions,
    Map<String, Map<String, Integer>> values,
    Map<String, Integer> errorFingerprints,
    @Nullable String externalUserId) {
  /** Starts the names of a model's samples. */
  public static final String MODEL = "model:";

  /** Starts the names of a tool's samples. */
  public static final String TOOL = "tool:";
}
