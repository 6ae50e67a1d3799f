/**
 * What happened? Reading order: {@link dev.whyops.event.EventType}, {@link dev.whyops.event.Event}.
 */
@NullMarked
package dev.whyops.event;

import org.jspecify.annotations.NullMarked;
