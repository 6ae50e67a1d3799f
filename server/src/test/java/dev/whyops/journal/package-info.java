@NullMarked
package dev.whyops.journal;

import org.jspecify.annotations.NullMarked;
