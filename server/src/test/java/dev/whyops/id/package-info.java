@NullMarked
package dev.whyops.id;

import org.jspecify.annotations.NullMarked;
