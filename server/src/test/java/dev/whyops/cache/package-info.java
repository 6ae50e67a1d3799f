@NullMarked
package dev.whyops.cache;

import org.jspecify.annotations.NullMarked;
