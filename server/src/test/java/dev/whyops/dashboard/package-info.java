@NullMarked
package dev.whyops.dashboard;

import org.jspecify.annotations.NullMarked;
