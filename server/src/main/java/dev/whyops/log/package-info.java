/** How does a log line stay one line without a secret? {@link dev.whyops.log.SafeMessage}. */
@NullMarked
package dev.whyops.log;

import org.jspecify.annotations.NullMarked;
