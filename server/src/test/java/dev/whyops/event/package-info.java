@NullMarked
package dev.whyops.event;

import org.jspecify.annotations.NullMarked;
