/**
 * How much, how fast, how costly? Figures over many traces: {@link dev.whyops.analytics.Analytics}
 * is the port, {@link dev.whyops.analytics.Filter} what it looks at.
 */
@NullMarked
package dev.whyops.analytics;

import org.jspecify.annotations.NullMarked;
