package dev.whyops.evidence;

import dev.whyops.why.history.TraceDigest;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A digest in the log. Newer ones of a trace replace older ones.
 *
 * @param traceId null when the whole project was deleted
 * @param digest null when the trace was deleted
 */
record DigestEntry(
    String projectId, @Nullable String traceId, Instant at, @Nullable TraceDigest digest) {}
