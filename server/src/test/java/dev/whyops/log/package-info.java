@NullMarked
package dev.whyops.log;

import org.jspecify.annotations.NullMarked;
