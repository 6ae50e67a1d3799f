@NullMarked
package dev.whyops.trace;

import org.jspecify.annotations.NullMarked;
