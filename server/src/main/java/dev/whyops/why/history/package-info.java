/**
 * What did other runs of the same version do? A digest per trace, and what follows from many:
 * {@link dev.whyops.why.history.TraceDigest}, {@link dev.whyops.why.history.VersionHistory}.
 */
@NullMarked
package dev.whyops.why.history;

import org.jspecify.annotations.NullMarked;
