@NullMarked
package dev.whyops.event.otlp;

import org.jspecify.annotations.NullMarked;
