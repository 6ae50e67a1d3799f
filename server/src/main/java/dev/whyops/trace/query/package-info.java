/**
 * What does somebody look for in the query bar? {@link dev.whyops.trace.query.QueryParser} reads
 * the text, {@link dev.whyops.trace.query.Term} is what it says.
 */
@NullMarked
package dev.whyops.trace.query;

import org.jspecify.annotations.NullMarked;
