/**
 * How does a finished exchange become events? Reading order: {@link dev.whyops.record.Recorder},
 * {@link dev.whyops.record.CallStart}, {@link dev.whyops.record.CallEnd}, {@link
 * dev.whyops.record.Outcome}.
 */
@NullMarked
package dev.whyops.record;

import org.jspecify.annotations.NullMarked;
