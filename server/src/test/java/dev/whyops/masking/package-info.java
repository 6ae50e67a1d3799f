@NullMarked
package dev.whyops.masking;

import org.jspecify.annotations.NullMarked;
