/**
 * Where do two runs, or two versions, part? Reading order: {@link
 * dev.whyops.why.compare.TraceComparison}, {@link dev.whyops.why.compare.TraceComparisons}, {@link
 * dev.whyops.why.compare.VersionComparison}, {@link dev.whyops.why.compare.VersionComparisons}.
 */
@NullMarked
package dev.whyops.why.compare;

import org.jspecify.annotations.NullMarked;
