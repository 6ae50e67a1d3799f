@NullMarked
package dev.whyops.config;

import org.jspecify.annotations.NullMarked;
