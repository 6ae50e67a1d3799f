@NullMarked
package dev.whyops.trace.query;

import org.jspecify.annotations.NullMarked;
