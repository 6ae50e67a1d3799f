@NullMarked
package dev.whyops.agent;

import org.jspecify.annotations.NullMarked;
