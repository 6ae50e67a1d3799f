/**
 * How much may they? Reading order: {@link dev.whyops.limit.Limiter}, {@link
 * dev.whyops.limit.Permit}, {@link dev.whyops.limit.SpendHistory}, {@link
 * dev.whyops.limit.JunkKeys}, {@link dev.whyops.limit.FairShare}.
 */
@NullMarked
package dev.whyops.limit;

import org.jspecify.annotations.NullMarked;
