/**
 * How is all that is stored about a user of the application removed, even when the process dies
 * while it is at it? Reading order: {@link dev.whyops.erasure.UserErasure}, {@link
 * dev.whyops.erasure.PendingErasures}.
 */
@NullMarked
package dev.whyops.erasure;

import org.jspecify.annotations.NullMarked;
