/**
 * What did a call cost? Pure: no clock, no network; the book is a resource. Reading order: {@link
 * dev.whyops.pricing.PriceBook}, {@link dev.whyops.pricing.PriceRow}, {@link
 * dev.whyops.pricing.Formula}, {@link dev.whyops.pricing.Cost}.
 */
@NullMarked
package dev.whyops.pricing;

import org.jspecify.annotations.NullMarked;
