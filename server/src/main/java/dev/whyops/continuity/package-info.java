/** Which trace does a call belong to? Start with {@link dev.whyops.continuity.CallTrace}. */
@NullMarked
package dev.whyops.continuity;

import org.jspecify.annotations.NullMarked;
