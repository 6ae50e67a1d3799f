/**
 * What did the agent do? Reading order: {@link dev.whyops.trace.TraceReader}, {@link
 * dev.whyops.trace.TraceSummary}, {@link dev.whyops.trace.TraceDetail}.
 */
@NullMarked
package dev.whyops.trace;

import org.jspecify.annotations.NullMarked;
