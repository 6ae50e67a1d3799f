/**
 * What differs per provider dialect? Pure: no I/O, no clock. Reading order: {@link
 * dev.whyops.provider.Dialect}, {@link dev.whyops.provider.RequestFacts}, {@link
 * dev.whyops.provider.AnswerFacts}, {@link dev.whyops.provider.Usage}, {@link
 * dev.whyops.provider.ContentCoding}, {@link dev.whyops.provider.Notes}.
 */
@NullMarked
package dev.whyops.provider;

import org.jspecify.annotations.NullMarked;
