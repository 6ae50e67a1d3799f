/** How does the server count what it does? Start with {@link dev.whyops.metrics.Metrics}. */
@NullMarked
package dev.whyops.metrics;

import org.jspecify.annotations.NullMarked;
