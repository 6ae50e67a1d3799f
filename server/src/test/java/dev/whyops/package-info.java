@NullMarked
package dev.whyops;

import org.jspecify.annotations.NullMarked;
