@NullMarked
package dev.whyops.pace;

import org.jspecify.annotations.NullMarked;
