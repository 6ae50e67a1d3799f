@NullMarked
package dev.whyops.route;

import org.jspecify.annotations.NullMarked;
