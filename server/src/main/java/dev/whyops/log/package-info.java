/**
 * How does a log line stay one line without a secret? {@link dev.whyops.log.SafeMessage}. What if
 * nobody takes it? {@link dev.whyops.log.DroppingAppender}.
 */
@NullMarked
package dev.whyops.log;

import org.jspecify.annotations.NullMarked;
