/**
 * What of a text must not be kept? Reading order: {@link dev.whyops.masking.Masks}, {@link
 * dev.whyops.masking.MaskBook}, {@link dev.whyops.masking.JsonMasker}, {@link
 * dev.whyops.masking.StreamMasker}.
 */
@NullMarked
package dev.whyops.masking;

import org.jspecify.annotations.NullMarked;
