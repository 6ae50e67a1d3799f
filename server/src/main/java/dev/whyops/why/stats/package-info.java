/**
 * How sure is a number? Intervals and effects without any trace in them: {@link
 * dev.whyops.why.stats.Rates}, {@link dev.whyops.why.stats.Samples}, {@link
 * dev.whyops.why.stats.Bootstrap}, {@link dev.whyops.why.stats.FalseDiscovery}, {@link
 * dev.whyops.why.stats.MixShift}.
 */
@NullMarked
package dev.whyops.why.stats;

import org.jspecify.annotations.NullMarked;
