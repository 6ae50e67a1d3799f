/**
 * What happened? Reading order: {@link dev.whyops.event.EventType}, {@link dev.whyops.event.Event},
 * {@link dev.whyops.event.IngestHandler}, {@link dev.whyops.event.EventValidator}, {@link
 * dev.whyops.event.Repetitions}, {@link dev.whyops.event.EventCodec}.
 */
@NullMarked
package dev.whyops.event;

import org.jspecify.annotations.NullMarked;
