/**
 * What can be read from words alone? Start with {@link dev.whyops.why.text.CanonicalJson}, {@link
 * dev.whyops.why.text.ToolWords}, {@link dev.whyops.why.text.Languages}.
 */
@NullMarked
package dev.whyops.why.text;

import org.jspecify.annotations.NullMarked;
