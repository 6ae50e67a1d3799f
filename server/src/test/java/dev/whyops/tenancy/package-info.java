@NullMarked
package dev.whyops.tenancy;

import org.jspecify.annotations.NullMarked;
