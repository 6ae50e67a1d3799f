/**
 * How is an answer of the store remembered while the store is away? {@link
 * dev.whyops.cache.GraceCache}.
 */
@NullMarked
package dev.whyops.cache;

import org.jspecify.annotations.NullMarked;
