/**
 * What does a stored trace prove? Reads it, infers all that {@code why} and {@code finding} can,
 * and keeps the findings of closed traces. Reading order: {@link
 * dev.whyops.evidence.TraceEvidence}, {@link dev.whyops.evidence.KnownTrace}.
 */
@NullMarked
package dev.whyops.evidence;

import org.jspecify.annotations.NullMarked;
