/**
 * How does a finished exchange become events? Reading order: {@link dev.whyops.record.Recorder},
 * {@link dev.whyops.record.CallStart}, {@link dev.whyops.record.CallEnd}, {@link
 * dev.whyops.record.Outcome}, then behind the journal {@link dev.whyops.record.Drain}, {@link
 * dev.whyops.record.ExchangeReader}, {@link dev.whyops.record.EventStore}.
 */
@NullMarked
package dev.whyops.record;

import org.jspecify.annotations.NullMarked;
