@NullMarked
package dev.whyops.store.postgres;

import org.jspecify.annotations.NullMarked;
