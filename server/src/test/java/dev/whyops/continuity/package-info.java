@NullMarked
package dev.whyops.continuity;

import org.jspecify.annotations.NullMarked;
