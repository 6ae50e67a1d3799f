@NullMarked
package dev.whyops.auth;

import org.jspecify.annotations.NullMarked;
