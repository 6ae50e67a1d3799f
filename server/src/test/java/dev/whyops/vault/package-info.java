@NullMarked
package dev.whyops.vault;

import org.jspecify.annotations.NullMarked;
