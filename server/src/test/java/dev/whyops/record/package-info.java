@NullMarked
package dev.whyops.record;

import org.jspecify.annotations.NullMarked;
