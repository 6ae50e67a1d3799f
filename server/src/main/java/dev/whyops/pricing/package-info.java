/** What did a call cost? Pure: no I/O, no clock. Start with {@link dev.whyops.pricing.Cost}. */
@NullMarked
package dev.whyops.pricing;

import org.jspecify.annotations.NullMarked;
