/**
 * What are things called? {@link dev.whyops.id.Ids}, {@link dev.whyops.id.Names}, {@link
 * dev.whyops.id.SteadyClock}.
 */
@NullMarked
package dev.whyops.id;

import org.jspecify.annotations.NullMarked;
