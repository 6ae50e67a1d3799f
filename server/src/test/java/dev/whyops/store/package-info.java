@NullMarked
package dev.whyops.store;

import org.jspecify.annotations.NullMarked;
